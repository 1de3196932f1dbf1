// A jumper under a ram-air canopy. One unit is a metre.
#include "common.inc"
global_settings { assumed_gamma 1 max_trace_level 4 }

camera {
  location <3.2, -5.2, -12.5>
  look_at <0, 3.15, 0.2>
  right x up y angle 40
}
background { srgb <0.4, 0.6, 0.9> }
Sky(srgb <0.14, 0.40, 0.72>, srgb <0.55, 0.74, 0.90>, 0.5, <0.55, 0.33, 0.55>, <0.2, 0.35, 1.7>)
Sun(<0.7, 0.9, -0.75>, srgb <1.5, 1.45, 1.35>)
light_source { <-2000, -2500, -3000> srgb <0.30, 0.33, 0.38> shadowless }
light_source { <2000, 3000, -3000> srgb <0.22, 0.26, 0.34> shadowless }

// The canopy: cells side by side on an arc, every one swollen between its ribs.
#declare Cells = 9;
#declare ArcR = 6.0;       // radius of the arc, also the length of the lines
#declare Half = 47;        // half its angle in degrees
#declare Chord = 2.7;
#declare Thick = function(C) { 1.45 * Chord * 0.15 * (1.05 * sqrt(C + 0.002) - 0.35 * C - 0.70 * C * C) }

// U runs along the span from -1 to 1, C along the chord from 0 (nose) to 1; Top is 1 for the upper skin, 0 for the lower one.
#macro Canopy(U, C, Top)
  #local K = (U + 1) / 2 * Cells;
  #local F = K - floor(K);
  #local Swell = sqrt(max(0, 1 - pow(2 * F - 1, 2)));
  #local Taper = 1 - 0.18 * pow(abs(U), 3);
  #local T = Top * Thick(C) * (0.72 + 0.36 * Swell) - (1 - Top) * (0.02 + 0.24 * Swell) * sqrt(C * (1.02 - C));
  #local Rad = ArcR + T - 0.10 * C * (1 - Top * 0.3);
  #local Ang = U * Half;
  (vrotate(<0, Rad, 0>, z * -Ang) + z * ((C - 0.4) * Chord * Taper))
#end

#macro Skin(Cell, Top, From)
mesh {
  #local NU = (Fine ? 16 : 8);
  #local NC = 18;
  #local I = 0;
  #while (I < NU)
    #local UA = -1 + 2 * (Cell + (I + 0.001) / NU) / Cells;
    #local UB = -1 + 2 * (Cell + (I + 0.999) / NU) / Cells;
    #local J = 0;
    #while (J < NC)
      #local CA = From + (1 - From) * pow(J / NC, 1.5);
      #local CB = From + (1 - From) * pow((J + 1) / NC, 1.5);
      triangle { Canopy(UA, CA, Top), Canopy(UB, CA, Top), Canopy(UB, CB, Top) }
      triangle { Canopy(UA, CA, Top), Canopy(UB, CB, Top), Canopy(UA, CB, Top) }
      #local J = J + 1;
    #end
    #local I = I + 1;
  #end
}
#end

#macro Rib(U)
mesh {
  #local J = 0;
  #while (J < 12)
    #local CA = 0.02 + 0.98 * J / 12;
    #local CB = 0.02 + 0.98 * (J + 1) / 12;
    triangle { Canopy(U, CA, 0), Canopy(U, CA, 1), Canopy(U, CB, 1) }
    triangle { Canopy(U, CA, 0), Canopy(U, CB, 1), Canopy(U, CB, 0) }
    #local J = J + 1;
  #end
}
#end

#macro Cloth(Colour)
texture {
  pigment { bozo scale <0.5, 0.5, 1.2> turbulence 0.3 color_map { [0.2 Colour * 0.9] [0.9 Colour * 1.05] } }
  normal { wrinkles 0.25 scale <0.3, 0.3, 0.8> }
  finish { diffuse 0.60, 0.52 specular 0.08 roughness 0.08 }
}
#end

#declare Red = srgb <0.83, 0.10, 0.09>;
#declare Yellow = srgb <0.98, 0.78, 0.10>;
#declare Blue = srgb <0.10, 0.22, 0.66>;
#declare White = srgb <0.94, 0.94, 0.95>;
#declare Colours = array[9] { Red, Red, Yellow, Blue, White, Blue, Yellow, Red, Red }

#declare Wing = union {
  #declare I = 0;
  #while (I < Cells)
    object { Skin(I, 1, 0) Cloth(Colours[I]) no_shadow } // the cloth lets the sun through to the lower skin
    object { Skin(I, 0, 0.05) Cloth(Colours[I]) no_shadow }
    #declare I = I + 1;
  #end
  #declare I = 0;
  #while (I <= Cells)
    object { Rib(-1 + 2 * min(max(I, 0.001), Cells - 0.001) / Cells) Cloth(Colours[min(I, Cells - 1)] * 0.8) no_shadow }
    #declare I = I + 1;
  #end
}

// Lines meet in cascades above the risers.
#declare Lines = union {
  #declare I = 0;
  #while (I <= Cells)
    #declare U = -1 + 2 * min(max(I, 0.002), Cells - 0.002) / Cells;
    #declare Side = (U > 0 ? 1 : -1);
    #declare J = 0;
    #while (J < 4)
      #declare C = 0.06 + 0.29 * J;
      #declare Low = <Side * 0.26, 0.85, -0.07 + 0.07 * J>;
      #declare High = Canopy(U, C, 0);
      #declare Mid = Low + (High - Low) * 0.5 + x * Side * 0.06;
      cylinder { High, Low, 0.011 }
      #declare J = J + 1;
    #end
    #declare I = I + 1;
  #end
  pigment { srgb <0.93, 0.93, 0.90> } finish { diffuse 0.8 }
}

// The jumper, hanging from the risers with the hands at the toggles.
#declare Suit = texture { pigment { srgb <0.07, 0.09, 0.15> } finish { diffuse 0.75 specular 0.1 roughness 0.1 } }
#declare Jumper = union {
  blob { // trunk
    threshold 0.4
    sphere { <0, 0.30, 0>, 0.36, 1 scale <1, 1, 0.8> }
    sphere { <0, 0.02, 0>, 0.32, 1 scale <1, 1, 0.8> }
    sphere { <0, -0.22, 0>, 0.31, 1 scale <1, 1, 0.85> }
    texture { Suit }
  }
  #declare S = -1;
  #while (S < 2)
    union {
      sphere_sweep { linear_spline 3 <0.22, 0.42, 0>, 0.085 <0.43, 0.62, -0.06>, 0.07 <0.33, 0.93, -0.10>, 0.055 texture { Suit } }
      sphere { <0.32, 0.98, -0.10>, 0.07 pigment { srgb <0.85, 0.63, 0.50> } }
      sphere_sweep { linear_spline 3 <0.13, -0.30, 0>, 0.12 <0.17, -0.72, -0.22>, 0.095 <0.20, -1.12, -0.02>, 0.07 texture { Suit } }
      sphere_sweep { linear_spline 2 <0.20, -1.17, -0.02>, 0.075 <0.23, -1.25, -0.20>, 0.06 pigment { srgb <0.85, 0.85, 0.85> } }
      cylinder { <0.22, 0.40, 0>, <0.26, 0.85, 0>, 0.022 pigment { srgb <0.12, 0.12, 0.13> } }
      cylinder { <0.14, 0.45, -0.19>, <0.15, -0.25, -0.20>, 0.03 pigment { Red } }
      scale <S, 1, 1>
    }
    #declare S = S + 2;
  #end
  sphere { 0, 1 scale <0.14, 0.17, 0.15> translate <0, 0.68, -0.02> pigment { Red } finish { specular 0.6 roughness 0.02 } }
  sphere { 0, 1 scale <0.10, 0.10, 0.10> translate <0, 0.65, -0.085> pigment { srgb <0.10, 0.10, 0.12> } finish { specular 0.9 roughness 0.01 } }
  object { Round_Box_Union(<-0.2, -0.25, 0.12>, <0.2, 0.48, 0.34>, 0.08) pigment { Red } }
  box { <-0.24, -0.20, -0.2>, <0.24, -0.13, 0.2> pigment { srgb <0.12, 0.12, 0.13> } }
  finish { diffuse 0.75 }
  scale 1.12
}

union {
  object { Wing }
  object { Lines }
  object { Jumper translate y * -0.02 }
  rotate <-10, -24, -7>
}
