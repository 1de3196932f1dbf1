// A double French horn on dark cloth. One unit is the radius of its coil (about 17 cm).
#include "common.inc"
global_settings { assumed_gamma 1 max_trace_level 5 }

camera {
  location <0.5, 0.9, -8.2>
  look_at <0.03, -0.28, 0>
  right x up y angle 30
}
// Soft boxes, as a photographer would set them; they show in the brass.
light_source { <-7, 7, -7> srgb <1.25, 1.22, 1.15> #if (Fine) area_light <1.4, 0, -1.4>, <0, 1.8, 0>, 4, 4 adaptive 0 jitter #end }
light_source { <8, 5, -6> srgb <0.55, 0.53, 0.50> #if (Fine) area_light <1, 0, 1>, <0, 1.4, 0>, 4, 4 adaptive 0 jitter #end }
light_source { <0, -2, -12> srgb 0.12 shadowless }
union { // what the metal mirrors: windows of light in a brown room
  box { <-3.2, -2.6, 0>, <3.2, 2.6, 0.1> rotate <35, -45, 0> translate <-8, 8, -8> }
  box { <-1.0, -3.5, 0>, <1.0, 3.5, 0.1> rotate <15, 55, 0> translate <9, 4, -6> }
  box { <-6, 0, -1.3>, <6, 0.1, 1.3> translate <0, 10, -3> }
  no_shadow pigment { srgb <1, 0.98, 0.94> } finish { emission 2.2 diffuse 0 }
}
sphere { 0, 40 inverse hollow no_shadow
  pigment { gradient y turbulence 0.05 color_map {
    [0 srgb <0.10, 0.08, 0.06>] [0.42 srgb <0.05, 0.035, 0.03>] [0.52 srgb <0.16, 0.11, 0.08>] [0.60 srgb <0.50, 0.44, 0.36>] [0.70 srgb <0.20, 0.16, 0.13>] [1 srgb <0.70, 0.66, 0.60>]
  } translate -0.5 scale 80 }
  finish { emission 0.8 diffuse 0 } }

#declare Brass = texture {
  pigment { srgb <0.93, 0.74, 0.38> }
  normal { bumps 0.015 scale 0.15 }
  finish { diffuse 0.26 specular 0.9 roughness 0.006 metallic reflection { 0.74 metallic } }
}
#declare Nickel = texture {
  pigment { srgb <0.82, 0.79, 0.72> }
  finish { diffuse 0.28 specular 0.9 roughness 0.008 metallic reflection { 0.6 metallic } }
}

// The bell's profile: the bore D before the rim, measured along the tube.
#declare Bore = function(D) { 0.175 * pow(max(D, 0) + 0.10, -0.68) }

// The main tube: from the valves once round the coil, then out into the bell.
#declare Main = function { spline { natural_spline
  0.00, <-0.34, -0.20, 0.16>
  0.05, <-0.36, -0.62, 0.15>
  0.10, < 0.00, -0.96, 0.14>
  0.15, < 0.48, -0.88, 0.12>
  0.20, < 0.88, -0.48, 0.10>
  0.26, < 1.00,  0.02, 0.10>
  0.32, < 0.87,  0.50, 0.09>
  0.38, < 0.50,  0.86, 0.07>
  0.45, < 0.00,  1.00, 0.04>
  0.52, <-0.50,  0.87, 0.00>
  0.59, <-0.87,  0.50, -0.05>
  0.66, <-1.03,  0.02, -0.10>
  0.73, <-1.06, -0.48, -0.17>
  0.81, <-1.07, -0.92, -0.26>
  0.90, <-1.10, -1.38, -0.38>
  1.00, <-1.15, -1.86, -0.54>
} }
#declare N = 160;
#declare Pts = array[N];
#declare Rad = array[N];
#declare Len = array[N];
#declare I = 0;
#while (I < N)
  #declare T = I / (N - 1);
  #declare T = 1 - pow(1 - T, 1.25);
  #declare Pts[I] = Main(T) + <0, 0, 0>;
  #declare Len[I] = 0;
  #if (I > 0) #declare Len[I] = Len[I - 1] + vlength(Pts[I] - Pts[I - 1]); #end
  #declare I = I + 1;
#end
#declare I = 0;
#while (I < N)
  #declare Rad[I] = Bore(Len[N - 1] - Len[I]);
  #declare I = I + 1;
#end
#declare Axis = vnormalize(Pts[N - 1] - Pts[N - 2]);

// A slide: two legs and the bow between, from At towards Dir, Gap wide.
#macro Slide(At, Dir, Length, Gap, R, Mat)
#local D = vnormalize(Dir);
#local S = vnormalize(vcross(D, z)) * Gap / 2;
union {
  cylinder { At + S, At + S + D * Length, R }
  cylinder { At - S, At - S + D * Length, R }
  cylinder { At + S, At + S + D * Length * 0.45, R * 1.25 }
  cylinder { At - S, At - S + D * Length * 0.45, R * 1.25 }
  intersection {
    torus { Gap / 2, R rotate x * 90 }
    plane { -x, 0 }
    matrix <D.x, D.y, D.z, S.x * 2 / Gap, S.y * 2 / Gap, S.z * 2 / Gap, 0, 0, 1, 0, 0, 0>
    translate At + D * Length
  }
  texture { Mat }
}
#end
#macro Bow(Path, R, Mat)
object { SplineTube(Path, 0, 1, 90, R, 16) texture { Mat } }
#end

#declare Horn = union {
  object { Tube(Pts, Rad, N, 48) texture { Brass } }
  // the bell's rim
  torus { Rad[N - 1], 0.018 texture { Brass } Reorient_Trans(y, Axis) translate Pts[N - 1] }
  torus { Bore(0.75) + 0.004, 0.02 texture { Nickel } Reorient_Trans(y, vnormalize(Main(0.80) - Main(0.78))) translate Main(0.79) + <0, 0, 0> }

  // mouthpiece and leadpipe, which follows the coil before the main tube
  #declare Lead = function { spline { natural_spline
    0, <1.72, 0.90, -0.10>, 0.2, <1.40, 0.86, -0.10>, 0.4, <1.02, 0.80, -0.10>, 0.6, <0.42, 0.98, -0.14>, 0.75, <-0.05, 1.10, -0.12>, 0.82, <-0.48, 0.98, -0.08>, 0.88, <-0.78, 0.68, 0.06>, 0.94, <-0.86, 0.25, 0.16>, 1, <-0.40, -0.12, 0.14> } }
  Bow(Lead, 0.042, Brass)
  cone { <1.70, 0.90, -0.10>, 0.045, <1.96, 0.935, -0.10>, 0.05 texture { Nickel } }
  cone { <1.94, 0.933, -0.10>, 0.05, <2.08, 0.952, -0.10>, 0.12 texture { Nickel } }

  // inner turns of the coil, in two layers
  #declare A1 = function { spline { natural_spline
    0.00, <-0.33, -0.16, 0.02>, 0.06, <-0.66, -0.20, 0.00>, 0.13, <-0.87, 0.05, -0.02>, 0.20, <-0.78, 0.45, -0.02>, 0.28, <-0.42, 0.78, -0.04>,
    0.36, <0.02, 0.87, -0.05>, 0.44, <0.46, 0.74, -0.06>, 0.52, <0.79, 0.38, -0.05>, 0.60, <0.87, -0.08, -0.05>, 0.68, <0.74, -0.55, -0.05>,
    0.76, <0.38, -0.90, -0.05>, 0.84, <-0.10, -1.00, -0.05>, 0.91, <-0.52, -0.82, -0.02>, 0.96, <-0.62, -0.50, 0.02>, 1.00, <-0.30, -0.20, 0.04> } }
  Bow(A1, 0.050, Brass)
  #declare A2 = function { spline { natural_spline
    0.00, <0.58, -0.16, 0.02>, 0.10, <0.66, -0.48, 0.06>, 0.20, <0.36, -0.76, 0.06>, 0.32, <-0.10, -0.84, 0.06>, 0.44, <-0.52, -0.60, 0.06>,
    0.56, <-0.72, -0.10, 0.04>, 0.66, <-0.62, 0.36, -0.02>, 0.76, <-0.20, 0.66, -0.08>, 0.86, <0.28, 0.62, -0.10>, 0.94, <0.60, 0.28, -0.08>, 1.00, <0.60, -0.10, -0.02> } }
  Bow(A2, 0.046, Brass)

  // the valves' slides
  Slide(<-0.30, -0.05, -0.16>, <-0.35, 1, 0>, 0.42, 0.17, 0.040, Brass)
  Slide(< 0.02, 0.00, -0.16>, <-0.05, 1, 0>, 0.40, 0.17, 0.040, Brass)
  Slide(< 0.34, -0.02, -0.16>, < 0.25, 1, 0>, 0.32, 0.17, 0.040, Brass)
  Slide(<-0.28, -0.30, -0.14>, <-0.45, -1, 0>, 0.38, 0.17, 0.040, Brass)
  Slide(< 0.02, -0.32, -0.14>, <-0.08, -1, 0>, 0.44, 0.17, 0.040, Brass)
  Slide(< 0.32, -0.30, -0.14>, < 0.28, -1, 0>, 0.36, 0.17, 0.040, Brass)
  Slide(<-0.20, -0.10, 0.06>, <-1, 0.35, 0>, 0.30, 0.18, 0.042, Brass)

  // three rotary valves and the change valve, with caps, stop arms and finger levers
  #declare I = 0;
  #while (I < 4)
    union {
      cylinder { <0, 0, -0.30>, <0, 0, 0.10>, 0.135 texture { Brass } }
      cylinder { <0, 0, -0.335>, <0, 0, -0.28>, 0.15 texture { Nickel } }
      torus { 0.135, 0.02 rotate x * 90 translate z * -0.335 texture { Nickel } }
      cylinder { <0, 0, -0.37>, <0, 0, -0.3>, 0.045 texture { Nickel } }
      cylinder { <0, 0, -0.36>, <0.11, 0.06, -0.36>, 0.018 texture { Nickel } }
      #if (I < 3)
        union {
        sphere_sweep { cubic_spline 6 <0.10, 0.2, -0.36>, 0.016 <0.11, 0.06, -0.36>, 0.016 <0.30, -0.02, -0.38>, 0.016 <0.62, 0.02, -0.42>, 0.016 <0.86, 0.00, -0.46>, 0.022 <1.0, 0, -0.46>, 0.03 texture { Nickel } }
        sphere { 0, 1 scale <0.15, 0.055, 0.02> translate <0.92, 0.0, -0.47> texture { Nickel } }
        rotate z * -68 scale <0.85, 0.85, 1>
        }
      #end
      #if (I < 3) translate <-0.32 + I * 0.33, -0.17 + 0.02 * I, 0> #else translate <0.60, -0.12, 0.05> #end
    }
    #declare I = I + 1;
  #end
  // braces
  cylinder { <-0.95, 0.2, -0.06>, <-0.70, 0.15, -0.04>, 0.025 texture { Nickel } }
  cylinder { <0.0, 1.0, 0.04>, <-0.02, 0.72, -0.10>, 0.025 texture { Nickel } }
  cylinder { <0.95, 0.25, 0.08>, <0.72, 0.2, -0.05>, 0.025 texture { Nickel } }
  cylinder { <-1.05, -0.55, -0.15>, <-0.62, -0.6, 0.04>, 0.025 texture { Nickel } }
}
object { Horn rotate z * 14 rotate <10, 16, 0> translate <0.04, 0.20, 0> }

// The cloth: velvet in folds, lying under the horn and rising behind it.
#declare Cloth = texture {
  pigment { bozo scale 3 color_map { [0 srgb <0.05, 0.09, 0.25>] [1 srgb <0.09, 0.16, 0.38>] } }
  normal { average normal_map {
    [1 wrinkles 0.7 scale <2.2, 2.2, 2.2>] [1 bumps 0.6 scale <0.9, 3, 1> rotate z * 30] [0.3 granite 0.4 scale 0.12] } }
  finish { diffuse 0.85 specular 0.06 roughness 0.2 }
}
plane { z, 0.95 texture { Cloth } }
