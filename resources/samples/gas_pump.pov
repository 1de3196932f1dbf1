// Two old petrol pumps with globes before a white filling station. One unit is a metre.
#include "common.inc"
global_settings { assumed_gamma 1 max_trace_level 5 }

camera {
  location <0.75, 1.5, -4.7>
  look_at <-0.42, 1.06, 0>
  right x up y angle 33
}
Sky(srgb <0.28, 0.50, 0.84>, srgb <0.75, 0.86, 0.95>, 0.45, <0.6, 0.25, 0.6>, <4, 0, 2>)
Sun(<0.75, 1.15, -0.95>, srgb <1.35, 1.28, 1.15>)
Dome(6, srgb <0.60, 0.66, 0.76>)
light_source { <200, 300, -900> srgb 0.12 shadowless }

#declare Chrome = texture {
  pigment { srgb <0.75, 0.76, 0.78> }
  finish { diffuse 0.3 specular 0.8 roughness 0.01 reflection { 0.55 metallic } metallic }
}
#declare Rubber = texture { pigment { srgb <0.035, 0.035, 0.04> } finish { diffuse 0.8 specular 0.35 roughness 0.03 } }
#declare Cream = texture { pigment { srgb <0.93, 0.90, 0.82> } finish { diffuse 0.8 specular 0.3 roughness 0.02 } }
#declare Glow = texture { pigment { srgb <0.97, 0.97, 0.95> } finish { diffuse 0.75 emission 0.12 specular 0.6 roughness 0.01 reflection { 0.02, 0.2 fresnel on } } }
#declare Ink = texture { pigment { srgb <0.08, 0.08, 0.10> } finish { diffuse 0.7 } }

#macro Words(T, Size, At, Tex)
  #local W = text { ttf "cyrvetic.ttf" T (At.z < -0.299 & At.y > 1.8 ? 0.3 : 0.02), 0 scale <Size, Size, 1> };
  object { W translate <-(min_extent(W).x + max_extent(W).x) / 2, -Size * 0.35, 0> translate At texture { Tex } }
#end

// A pump 0.66 wide, 0.5 deep and 1.62 high on the origin, its face towards -z.
#macro Pump(Colour, Price, Sale)
#local Paint = texture {
  pigment { Colour }
  finish { diffuse 0.72 specular 0.55 roughness 0.008 reflection { 0.02, 0.28 fresnel on } conserve_energy }
};
#local Faded = texture {
  pigment { bozo turbulence 0.5 scale <0.4, 1.1, 0.4> color_map { [0.35 Colour] [1 Colour * 0.82 + 0.02] } }
  finish { diffuse 0.72 specular 0.55 roughness 0.01 reflection { 0.02, 0.24 fresnel on } conserve_energy }
};
union {
  // plinth, body, rounded head
  box { <-0.37, 0, -0.28>, <0.37, 0.09, 0.28> texture { Ink } }
  object { Round_Box_Union(<-0.33, 0.06, -0.25>, <0.33, 1.02, 0.25>, 0.045) texture { Faded } }
  object { Round_Box_Union(<-0.35, 1.0, -0.26>, <0.35, 1.56, 0.26>, 0.10) texture { Paint } }
  cylinder { <0, 1.44, -0.24>, <0, 1.44, 0.24>, 0.27 scale <1, 1, 1> texture { Paint } }
  object { Round_Box_Union(<-0.355, 0.985, -0.275>, <0.355, 1.025, 0.275>, 0.015) texture { Chrome } }
  object { Round_Box_Union(<-0.335, 0.10, -0.262>, <-0.315, 0.98, -0.24>, 0.008) texture { Chrome } }
  object { Round_Box_Union(<0.315, 0.10, -0.262>, <0.335, 0.98, -0.24>, 0.008) texture { Chrome } }
  // the face: a chrome frame round a cream plate with the counters
  object { Round_Box_Union(<-0.27, 1.07, -0.285>, <0.27, 1.52, -0.25>, 0.016) texture { Chrome } }
  object { Round_Box_Union(<-0.245, 1.095, -0.292>, <0.245, 1.495, -0.25>, 0.008) texture { Cream } }
  #local K = 0;
  #while (K < 2)
    #if (K = 0) #local Digits = Sale; #else #local Digits = Price; #end
    union {
      box { <-0.19, -0.055, -0.296>, <0.19, 0.055, -0.28> texture { Ink } }
      #local D = 0;
      #while (D < 4)
        box { <-0.178 + D * 0.091, -0.045, -0.299>, <-0.178 + D * 0.091 + 0.083, 0.045, -0.28> pigment { srgb <0.97, 0.97, 0.93> } finish { diffuse 0.8 } }
        Words(substr(Digits, D + 1, 1), 0.095, <-0.1365 + D * 0.091, 0.0, -0.302>, Ink)
        #local D = D + 1;
      #end
      translate y * (1.39 - K * 0.175)
    }
    #local K = K + 1;
  #end
  Words("TOTAL SALE", 0.04, <0, 1.47, -0.296>, Ink)
  Words("GALLONS", 0.04, <0, 1.302, -0.296>, Ink)
  Words("CENTS PER GALLON 29", 0.034, <0, 1.125, -0.296>, Ink)
  // the badge on the body
  cylinder { <0, 0.66, -0.262>, <0, 0.66, -0.24>, 0.185 texture { Chrome } }
  cylinder { <0, 0.66, -0.268>, <0, 0.66, -0.24>, 0.17 texture { Glow } }
  Words("GAS", 0.15, <0, 0.655, -0.272>, Paint)
  object { Round_Box_Union(<-0.2, 0.30, -0.262>, <0.2, 0.41, -0.24>, 0.01) texture { Cream } }
  Words("REGULAR", 0.082, <0, 0.352, -0.266>, Ink)
  // the globe
  cylinder { <0, 1.68, 0>, <0, 1.75, 0>, 0.09 texture { Chrome } }
  sphere { 0, 1 scale <0.215, 0.215, 0.115> translate <0, 1.93, 0> texture { Glow } }
  torus { 0.212, 0.02 rotate x * 90 translate <0, 1.93, 0> texture { Paint } }
  intersection { // the letters are part of the glass
    Words("GAS", 0.15, <0, 1.935, -0.3>, Paint)
    sphere { 0, 1 scale <0.216, 0.216, 0.117> translate <0, 1.93, 0> texture { Paint } }
  }
  // the nozzle in its boot, and the hose hanging from the other end
  object { Round_Box_Union(<0.33, 0.95, -0.10>, <0.40, 1.22, 0.10>, 0.025) texture { Chrome } }
  union {
    sphere_sweep { linear_spline 4 <0.42, 1.02, -0.03>, 0.026 <0.45, 1.16, -0.03>, 0.034 <0.47, 1.24, -0.03>, 0.034 <0.45, 1.34, -0.03>, 0.024 }
    torus { 0.055, 0.01 rotate z * 90 rotate y * 90 translate <0.50, 1.17, -0.03> }
    texture { Chrome }
  }
  #local Way = function { spline { natural_spline
    0, <0.40, 0.86, 0.05>, 0.12, <0.47, 0.70, 0.02>, 0.3, <0.52, 0.32, -0.05>, 0.45, <0.60, 0.14, -0.12>, 0.6, <0.69, 0.32, -0.13>,
    0.8, <0.62, 0.82, -0.08>, 0.92, <0.54, 1.03, -0.04>, 1, <0.475, 1.10, -0.03> } };
  object { SplineTube(Way, 0, 1, 60, 0.026, 12) texture { Rubber } }
  cylinder { <0.32, 0.90, 0.06>, <0.41, 0.85, 0.05>, 0.035 texture { Chrome } }
}
#end

#declare Red = srgb <0.74, 0.06, 0.05>;
object { Pump(Red, "29.9", "8.97") translate <-0.08, 0.16, -0.1> rotate y * -3 }
object { Pump(Red, "31.9", "5.42") rotate y * 4 translate <-1.32, 0.16, 0.35> }

// The island, the yard, the station behind.
object { Round_Box_Union(<-3.6, -0.1, -0.62>, <1.15, 0.16, 0.8>, 0.06)
  pigment { bozo turbulence 0.6 scale 0.3 color_map { [0 srgb <0.66, 0.65, 0.62>] [1 srgb <0.76, 0.74, 0.70>] } }
  normal { granite 0.06 scale 0.2 } finish { diffuse 0.75 } }
plane {
  y, 0
  pigment { granite turbulence 0.3 scale 4 color_map { [0 srgb <0.40, 0.39, 0.38>] [0.6 srgb <0.52, 0.51, 0.49>] [1 srgb <0.60, 0.58, 0.56>] } }
  normal { granite 0.2 scale 0.4 } finish { diffuse 0.75 }
}
#declare Boards = texture {
  pigment { bozo scale <2, 0.06, 2> color_map { [0 srgb <0.83, 0.84, 0.82>] [1 srgb <0.90, 0.90, 0.88>] } }
  normal { gradient y 0.9 slope_map { [0 <0, 0.25>] [0.9 <0.2, 0.2>] [0.92 <0.2, -4>] [1 <0, -1>] } scale 0.16 }
  finish { diffuse 0.75 }
}
#declare Frame = texture { pigment { srgb <0.13, 0.32, 0.22> } finish { diffuse 0.75 } }
union {
  box { <-9, 0, 0>, <2.6, 3.1, 6> texture { Boards } }
  box { <-9.1, 0, -0.04>, <2.64, 0.35, 6.1> pigment { srgb <0.45, 0.22, 0.17> } finish { diffuse 0.7 } }
  box { <-9.2, 3.05, -0.35>, <2.9, 3.3, 6.2> texture { Frame } }
  #declare I = 0;
  #while (I < 3)
    union { // windows
      box { <0, 1.05, -0.05>, <1.5, 2.45, 0.1> texture { Frame } }
      box { <0.08, 1.13, -0.06>, <0.71, 2.37, 0.0> }
      box { <0.79, 1.13, -0.06>, <1.42, 2.37, 0.0> }
      pigment { srgb <0.05, 0.07, 0.09> } finish { diffuse 0.4 specular 0.4 reflection { 0.08, 0.6 fresnel on } conserve_energy } interior { ior 1.5 }
      translate x * (-6.2 + I * 2.15)
    }
    #declare I = I + 1;
  #end
  box { <0.75, 0, -0.05>, <1.75, 2.3, 0.1> texture { Frame } }
  translate z * 5.2
}
object { Tree(7.5, 2.6, srgb <0.30, 0.45, 0.15>, srgb <0.10, 0.20, 0.06>, 3) translate <5.6, 0, 13> }
object { Tree(9, 3.0, srgb <0.28, 0.42, 0.14>, srgb <0.10, 0.18, 0.06>, 8) translate <9.5, 0, 19> }
object { Hedge(2.5, 30, 2.6, 3, 70, srgb <0.25, 0.40, 0.14>, srgb <0.07, 0.16, 0.05>, 4) translate z * 15 }
