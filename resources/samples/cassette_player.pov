// A boom box on a wooden board. One unit is ten centimetres.
#include "common.inc"
global_settings { assumed_gamma 1 max_trace_level 6 }

camera {
  location <-2.3, 2.9, -10.2>
  look_at <0.0, 1.42, 0>
  right x * 4 / 3 up y angle 37
}
// A room: a big window at the left in front, a lamp at the right, light walls.
light_source { <-9, 10, -9> srgb <1.05, 1.03, 1.0>
  #if (Fine) area_light <4, 0, -4>, <0, 5, 0>, 4, 4 adaptive 1 jitter #end }
light_source { <10, 7, -8> srgb <0.40, 0.38, 0.35>
  #if (Fine) area_light <3, 0, 3>, <0, 3, 0>, 3, 3 adaptive 0 jitter #end }
light_source { <0, 20, -3> srgb <0.35, 0.36, 0.38>
  #if (Fine) area_light <8, 0, 0>, <0, 0, 8>, 4, 4 adaptive 1 jitter #end }
sphere { 0, 60 inverse hollow no_shadow
  pigment { gradient y color_map { [0 srgb <0.35, 0.33, 0.31>] [0.55 srgb <0.62, 0.62, 0.62>] [0.75 srgb <0.95, 0.95, 0.95>] [1 srgb 1] } translate -0.5 scale 120 }
  finish { emission 0.8 diffuse 0 } }
plane { z, 5.5 no_shadow pigment { srgb <0.86, 0.85, 0.82> } normal { granite 0.08 scale 0.3 } finish { diffuse 0.75 } }
box { <-30, -1, -30>, <30, 0, 5.5>
  pigment { wood turbulence 0.06 octaves 4 scale <0.5, 0.5, 8> rotate <2, 88, 0> translate <0, 0.7, 0>
    color_map { [0 srgb <0.52, 0.33, 0.18>] [0.5 srgb <0.62, 0.42, 0.24>] [0.9 srgb <0.47, 0.29, 0.15>] [1 srgb <0.52, 0.33, 0.18>] } }
  finish { diffuse 0.65 specular 0.25 roughness 0.03 reflection { 0.02, 0.16 fresnel on } } interior { ior 1.5 } }

#declare Silver = texture { pigment { srgb <0.66, 0.67, 0.69> } normal { granite 0.02 scale 0.02 } finish { diffuse 0.6 specular 0.5 roughness 0.03 metallic reflection { 0.10 metallic } } }
#declare Bright = texture { pigment { srgb <0.80, 0.80, 0.82> } finish { diffuse 0.45 specular 0.8 roughness 0.01 metallic reflection { 0.3 metallic } } }
#declare Dark = texture { pigment { srgb <0.06, 0.06, 0.065> } finish { diffuse 0.8 specular 0.35 roughness 0.04 reflection 0.02 } }
#declare Paper = texture { pigment { srgb <0.20, 0.20, 0.21> } finish { diffuse 0.85 specular 0.2 roughness 0.08 } }
#declare Ink = texture { pigment { srgb <0.93, 0.93, 0.92> } finish { diffuse 0.85 } }
#macro Words(T, Size, At, Tex)
  text { ttf "cyrvetic.ttf" T 0.02, 0 scale <Size, Size, 1> translate At texture { Tex } }
#end

#declare F = -0.72; // the front
union {
  difference {
    union {
      object { Round_Box_Union(<-2.75, 0.05, F>, <2.75, 2.75, 0.75>, 0.16) texture { Dark } }
      object { Round_Box_Union(<-2.68, 0.12, F - 0.03>, <2.68, 2.68, 0.3>, 0.10) texture { Silver } }
      cylinder { <-1.68, 1.12, F - 0.06>, <-1.68, 1.12, 0>, 0.93 texture { Dark } }
      cylinder { <1.68, 1.12, F - 0.06>, <1.68, 1.12, 0>, 0.93 texture { Dark } }
    }
    cone { <-1.68, 1.12, F - 0.1>, 0.80, <-1.68, 1.12, F + 0.36>, 0.14 texture { Paper } }
    cone { <1.68, 1.12, F - 0.1>, 0.80, <1.68, 1.12, F + 0.36>, 0.14 texture { Paper } }
  }
  // speakers
  #declare S = -1;
  #while (S < 2)
    union {
      torus { 0.93, 0.055 rotate x * 90 translate z * (F - 0.05) texture { Bright } }
      torus { 0.77, 0.045 rotate x * 90 translate z * (F - 0.07) texture { Dark } }
      sphere { 0, 1 scale <0.30, 0.30, 0.17> translate z * (F + 0.20) texture { Bright } }
      #declare I = 0;
      #while (I < 4) // screws
        cylinder { <0.93, 0, F - 0.12>, <0.93, 0, F>, 0.05 rotate z * (45 + I * 90) texture { Dark } }
        #declare I = I + 1;
      #end
      translate <S * 1.68, 1.12, 0>
    }
    // tweeter
    union {
      cylinder { <0, 0, F - 0.06>, <0, 0, 0>, 0.24 texture { Dark } }
      torus { 0.24, 0.03 rotate x * 90 translate z * (F - 0.05) texture { Bright } }
      sphere { 0, 1 scale <0.1, 0.1, 0.06> translate z * (F - 0.05) texture { Bright } }
      translate <S * 2.32, 2.28, 0>
    }
    #declare S = S + 2;
  #end
  // the tuner's dial over the whole middle
  object { Round_Box_Union(<-1.95, 2.08, F - 0.06>, <1.95, 2.52, 0>, 0.03) texture { Dark } }
  box { <-1.85, 2.14, F - 0.065>, <1.85, 2.46, 0> pigment { srgb <0.05, 0.07, 0.08> } finish { diffuse 0.6 specular 0.6 roughness 0.01 reflection 0.06 } }
  Words("FM    88    92    96    100    104    108    MHz", 0.15, <-1.62, 2.33, F - 0.075>, Ink)
  Words("AM   530   600   800   1000   1400   1600   kHz", 0.14, <-1.62, 2.18, F - 0.075>, texture { pigment { srgb <0.95, 0.75, 0.3> } finish { diffuse 0.9 } })
  box { <0.62, 2.15, F - 0.09>, <0.65, 2.45, F> pigment { srgb <0.95, 0.15, 0.08> } finish { emission 0.3 } }
  // the cassette door with a cassette behind its window
  object { Round_Box_Union(<-0.68, 0.62, F - 0.09>, <0.68, 1.62, 0>, 0.04) texture { Dark } }
  object { Round_Box_Union(<-0.58, 0.80, F - 0.10>, <0.58, 1.52, 0>, 0.03) pigment { srgb <0.20, 0.20, 0.21> } finish { diffuse 0.7 specular 0.5 roughness 0.01 } }
  box { <-0.50, 0.86, F - 0.105>, <0.50, 1.47, 0> pigment { srgb <0.88, 0.86, 0.80> } finish { diffuse 0.75 } }
  box { <-0.50, 1.27, F - 0.108>, <0.50, 1.33, 0> pigment { srgb <0.80, 0.20, 0.12> } finish { diffuse 0.75 } }
  object { Round_Box_Union(<-0.36, 0.97, F - 0.115>, <0.36, 1.22, 0>, 0.02) texture { Dark } }
  #declare S = -1;
  #while (S < 2)
    cylinder { <S * 0.21, 1.095, F - 0.12>, <S * 0.21, 1.095, F>, 0.085 texture { Ink } }
    difference { cylinder { <0, 0, F - 0.13>, <0, 0, F>, 0.06 } cylinder { <0, 0, F - 0.2>, <0, 0, F>, 0.035 } translate <S * 0.21, 1.095, 0> texture { Dark } }
    #declare S = S + 2;
  #end
  box { <-0.07, 1.0, F - 0.12>, <0.07, 1.19, F> pigment { srgb <0.25, 0.14, 0.09> } }
  Words("SIDE A   60", 0.12, <-0.32, 1.36, F - 0.11>, Dark)
  // the keys below it, and those on top
  #declare I = 0;
  #while (I < 6)
    object { Round_Box_Union(<-0.67 + I * 0.225, 0.25, F - 0.16>, <-0.67 + I * 0.225 + 0.205, 0.50, 0>, 0.03)
      #if (I = 0) pigment { srgb <0.80, 0.12, 0.08> } finish { diffuse 0.75 specular 0.4 roughness 0.02 } #else texture { Bright } #end }
    #declare I = I + 1;
  #end
  // knobs and switches between
  #declare I = 0;
  #while (I < 3)
    cylinder { <-0.42 + I * 0.42, 1.84, F - 0.16>, <-0.42 + I * 0.42, 1.84, F>, 0.115 texture { Bright } }
    cylinder { <-0.42 + I * 0.42, 1.84, F - 0.17>, <-0.42 + I * 0.42, 1.84, F>, 0.085 texture { Dark } }
    #declare I = I + 1;
  #end
  #declare I = 0;
  #while (I < 4)
    object { Round_Box_Union(<-0.7 + I * 0.32, 2.70, -0.45>, <-0.45 + I * 0.32, 2.84, -0.15>, 0.03) texture { Bright } }
    #declare I = I + 1;
  #end
  cylinder { <1.7, 2.7, -0.25>, <1.7, 2.86, -0.25>, 0.24 texture { Bright } }
  // handle, aerial, feet
  sphere_sweep { linear_spline 6
    <-2.45, 2.6, 0.1>, 0.12 <-2.45, 3.2, 0.1>, 0.12 <-2.15, 3.5, 0.1>, 0.12
    <2.15, 3.5, 0.1>, 0.12 <2.45, 3.2, 0.1>, 0.12 <2.45, 2.6, 0.1>, 0.12 texture { Silver } }
  cylinder { <-1.9, 3.5, 0.1>, <1.9, 3.5, 0.1>, 0.16 texture { Dark } }
  cylinder { <2.2, 2.7, 0.5>, <3.0, 5.4, 0.7>, 0.025 texture { Bright } }
  box { <-2.2, 0, -0.5>, <-1.6, 0.1, 0.5> texture { Dark } }
  box { <1.6, 0, -0.5>, <2.2, 0.1, 0.5> texture { Dark } }
  Words("STEREO RADIO CASSETTE RECORDER", 0.115, <-1.85, 2.555, F - 0.05>, Dark)
  rotate y * 6
}
