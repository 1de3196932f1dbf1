// A garbage truck at the kerb. One unit is a metre; the truck's length lies along x, its front at x = 0.
#include "common.inc"
global_settings { assumed_gamma 1 max_trace_level 5 }

camera {
  location <-6.6, 2.0, -9.6>
  look_at <3.2, 1.62, 0.8>
  right x * 4 / 3 up y angle 35.5
}
Sky(srgb <0.36, 0.56, 0.86>, srgb <0.80, 0.88, 0.95>, 0.5, <0.7, 0.25, 0.7>, <2, 0, 5>)
Sun(<-0.55, 1.15, -0.9>, srgb <1.35, 1.28, 1.16>)
Dome(6, srgb <0.56, 0.62, 0.72>)

#macro Paint(C)
texture { pigment { C } finish { diffuse 0.72 specular 0.45 roughness 0.012 reflection { 0.02, 0.22 fresnel on } conserve_energy } }
#end
#declare White = Paint(srgb <0.90, 0.91, 0.90>)
#declare Green = Paint(srgb <0.05, 0.38, 0.20>)
#declare DarkGreen = Paint(srgb <0.035, 0.29, 0.15>)
#declare Black = texture { pigment { srgb <0.045, 0.045, 0.05> } finish { diffuse 0.8 specular 0.2 roughness 0.05 } }
#declare Grey = texture { pigment { srgb <0.42, 0.43, 0.44> } finish { diffuse 0.7 specular 0.3 roughness 0.03 } }
#declare Steel = texture { pigment { srgb <0.62, 0.63, 0.65> } finish { diffuse 0.5 specular 0.6 roughness 0.02 reflection 0.12 metallic } }
#declare Glass = texture { pigment { srgb <0.04, 0.055, 0.065> } finish { diffuse 0.5 specular 0.8 roughness 0.005 reflection { 0.12, 0.6 } } }
#declare Amber = texture { pigment { srgb <1, 0.55, 0.05> } finish { diffuse 0.8 emission 0.15 specular 0.7 roughness 0.01 } }
#declare Lamp = texture { pigment { srgb <0.93, 0.94, 0.95> } finish { diffuse 0.6 emission 0.1 specular 0.9 roughness 0.005 reflection 0.2 } }

#macro Wheel(X, Z, Out) // Out is -1 for the near side
union {
  difference {
    object { torus { 0.36, 0.17 } scale <1, 0.9, 1> rotate x * 90 }
    cylinder { <0, 0, -1>, <0, 0, 1>, 0.28 }
    texture { Black }
  }
  cylinder { <0, 0, -0.10>, <0, 0, 0.10>, 0.40 texture { Black } }
  difference {
    cylinder { <0, 0, Out * 0.09>, <0, 0, Out * 0.165>, 0.31 }
    cone { <0, 0, Out * 0.115>, 0.20, <0, 0, Out * 0.20>, 0.30 }
    #local I = 0;
    #while (I < 8)
      cylinder { <0.155, 0, -1>, <0.155, 0, 1>, 0.03 rotate z * I * 45 }
      #local I = I + 1;
    #end
    Paint(srgb <0.78, 0.78, 0.76>)
  }
  cylinder { <0, 0, Out * 0.1>, <0, 0, Out * 0.19>, 0.09 texture { Steel } }
  translate <X, 0.52, Z>
}
#end

// The cab: a flat front, raked a little, with a big windscreen.
#declare W = 2.45;
union {
  difference {
    prism { linear_spline 0, W, 8, <0.0, 0.55>, <0.0, 1.55>, <0.22, 2.95>, <0.45, 3.08>, <2.05, 3.12>, <2.12, 2.9>, <2.12, 0.55>, <0.0, 0.55>
      rotate x * -90 scale <1, 1, -1> }
    cylinder { <1.22, 0.52, -0.1>, <1.22, 0.52, W + 0.1>, 0.66 }
  }
  texture { White }
}
box { <1.0, 0.2, 0.4>, <1.4, 0.8, 2.0> texture { Black } }
// windscreen in its frame, side window, door
polygon { 5, <0, 0>, <2.20, 0>, <2.20, 1.18>, <0, 1.18>, <0, 0> translate <-1.1, 0, 0> rotate y * 90 rotate z * -8.93 translate <0.0, 1.66, W / 2> translate x * -0.008 texture { Glass } }
box { <-0.03, 0, 0.2>, <0, 0.05, 2.2> rotate z * -8.93 translate <0.0, 1.62, 0> texture { Black } }
prism { linear_spline 0, 0.02, 6, <0.22, 1.62>, <0.38, 2.72>, <1.32, 2.74>, <1.32, 1.55>, <0.6, 1.55>, <0.22, 1.62> rotate x * -90 scale <1, 1, -1> translate z * -0.012 texture { Glass } }
box { <1.48, 1.8, -0.012>, <1.95, 2.7, 0.1> texture { Glass } }
box { <0.20, 0.98, -0.008>, <1.40, 1.0, 0.1> texture { Grey } }
box { <1.39, 0.95, -0.008>, <1.41, 2.85, 0.1> texture { Grey } }
box { <1.18, 1.36, -0.05>, <1.36, 1.41, 0.1> texture { Black } }
box { <-0.012, 1.02, 0.35>, <0.1, 1.48, W - 0.35> texture { Black } } // grille
#declare I = 0;
#while (I < 4)
  box { <-0.03, 1.08 + I * 0.1, 0.4>, <0.1, 1.12 + I * 0.1, W - 0.4> texture { Steel } }
  #declare I = I + 1;
#end
object { Round_Box_Union(<-0.14, 0.36, -0.03>, <0.55, 0.80, W + 0.03>, 0.06) Paint(srgb <0.25, 0.26, 0.27>) } // bumper
#declare S = 0;
#while (S < 2)
  object { Round_Box_Union(<-0.16, 0.50, 0.16>, <0.1, 0.70, 0.62>, 0.03) texture { Lamp } #if (S) translate z * (W - 0.78) #end }
  box { <-0.15, 0.50, 0.06>, <0.1, 0.70, 0.14> texture { Amber } #if (S) translate z * (W - 0.2) #end }
  #declare S = S + 1;
#end
box { <-0.155, 0.46, W / 2 - 0.28>, <0, 0.60, W / 2 + 0.28> pigment { srgb <0.9, 0.9, 0.85> } finish { diffuse 0.8 } }
// mirrors, wipers, beacon bar
#declare S = 0;
#while (S < 2)
  union {
    sphere_sweep { linear_spline 3 <0.25, 2.85, 0>, 0.025 <0.02, 2.75, -0.28>, 0.025 <0.05, 1.75, -0.25>, 0.02 texture { Black } }
    object { Round_Box_Union(<-0.03, 1.95, -0.42>, <0.07, 2.55, -0.14>, 0.03) texture { Black } }
    #if (S) scale <1, 1, -1> translate z * W #end
  }
  cylinder { <0.55, 3.08, 0.4>, <0.55, 3.30, 0.4>, 0.1 texture { Amber } #if (S) translate z * (W - 0.8) #end }
  #declare S = S + 1;
#end
cylinder { <-0.03, 1.66, 0.5>, <0.12, 2.3, 1.1>, 0.012 texture { Black } }
cylinder { <-0.03, 1.66, 1.4>, <0.12, 2.3, 2.0>, 0.012 texture { Black } }
box { <0.3, 3.05, 0.2>, <1.9, 3.2, W - 0.2> texture { White } }

// Frame, tanks, steps, mudguards.
box { <1.9, 0.75, 0.65>, <8.2, 1.05, 0.85> texture { Black } }
box { <1.9, 0.75, 1.6>, <8.2, 1.05, 1.8> texture { Black } }
cylinder { <2.75, 0.78, 0.35>, <3.75, 0.78, 0.35>, 0.27 texture { Steel } }
box { <3.95, 0.5, 0.12>, <4.6, 1.0, 0.6> texture { Grey } }
cylinder { <2.28, 0.8, 0.5>, <2.28, 3.35, 0.5>, 0.075 texture { Steel } }
box { <2.2, 1.0, 0.2>, <2.4, 2.6, 2.2> texture { Black } }

// The body with its ribs.
#declare Y0 = 1.12;
#declare Y1 = 3.45;
object { Round_Box_Union(<2.45, Y0, -0.02>, <7.3, Y1, W + 0.02>, 0.14) texture { Green } }
#declare I = 0;
#while (I < 7)
  object { Round_Box_Union(<2.5 + I * 0.755, Y0 + 0.02, -0.10>, <2.62 + I * 0.755, Y1 - 0.03, W + 0.1>, 0.03) texture { DarkGreen } }
  object { Round_Box_Union(<2.5 + I * 0.755, Y1 - 0.1, 0.0>, <2.62 + I * 0.755, Y1 + 0.06, W>, 0.03) texture { DarkGreen } }
  #declare I = I + 1;
#end
box { <2.45, Y0 - 0.08, -0.09>, <7.3, Y0 + 0.1, W + 0.09> texture { DarkGreen } }
box { <2.45, Y1 - 0.22, -0.09>, <7.3, Y1 - 0.1, W + 0.09> texture { DarkGreen } }
box { <3.35, 1.75, -0.115>, <6.2, 2.85, 0> texture { White } }
text { ttf "cyrvetic.ttf" "CITY WASTE" 0.03, 0 scale <0.43, 0.5, 1> translate <3.5, 2.32, -0.125> texture { Green } }
text { ttf "cyrvetic.ttf" "keep it clean" 0.03, 0 scale <0.34, 0.34, 1> translate <3.75, 1.93, -0.125> texture { DarkGreen } }

// The hopper behind: a hinged tailgate with a packer blade and rams.
union {
  prism { linear_spline 0, W + 0.16, 9, <7.25, 0.95>, <7.25, 3.55>, <8.0, 3.62>, <8.75, 2.9>, <9.1, 1.9>, <9.25, 1.35>, <9.0, 0.85>, <8.0, 0.68>, <7.25, 0.95>
    rotate x * -90 scale <1, 1, -1> translate z * -0.08 texture { Green } }
  prism { linear_spline 0, 0.03, 6, <7.6, 1.25>, <7.6, 2.9>, <8.1, 2.95>, <8.6, 2.3>, <8.7, 1.35>, <7.6, 1.25> rotate x * -90 scale <1, 1, -1> translate z * -0.10 texture { DarkGreen } }
  cylinder { <7.35, 3.5, -0.17>, <8.55, 1.5, -0.17>, 0.06 texture { Steel } }
  cylinder { <7.35, 3.5, -0.17>, <7.9, 2.6, -0.17>, 0.1 texture { Black } }
  box { <7.20, 0.95, -0.12>, <7.34, 3.55, W + 0.12> texture { DarkGreen } }
  box { <8.9, 0.5, 0.0>, <9.3, 0.6, W> texture { Steel } }
  #declare I = 0;
  #while (I < 6) // warning stripes
    box { <8.0 + I * 0.18, 0.78, -0.125>, <8.09 + I * 0.18, 0.95, 0> Paint(srgb <0.85, 0.12, 0.08>) }
    box { <8.09 + I * 0.18, 0.78, -0.125>, <8.18 + I * 0.18, 0.95, 0> texture { White } }
    #declare I = I + 1;
  #end
}
Wheel(1.22, 0.18, -1)
Wheel(1.22, W - 0.18, 1)
Wheel(5.55, 0.2, -1)
Wheel(6.75, 0.2, -1)
Wheel(5.55, W - 0.2, 1)
Wheel(6.75, W - 0.2, 1)
difference {
  box { <4.95, 0.85, 0.02>, <7.35, 1.1, 0.5> }
  cylinder { <5.55, 0.52, -1>, <5.55, 0.52, 3>, 0.58 }
  cylinder { <6.75, 0.52, -1>, <6.75, 0.52, 3>, 0.58 }
  texture { Black }
}

// The street, a wall of trees and two houses.
plane { y, 0
  pigment { granite scale 5 turbulence 0.4 color_map { [0 srgb <0.30, 0.30, 0.31>] [0.6 srgb <0.40, 0.40, 0.40>] [1 srgb <0.47, 0.47, 0.46>] } }
  normal { granite 0.3 scale 0.3 } finish { diffuse 0.75 } }
box { <-60, -0.1, 3.1>, <80, 0.14, 3.3> pigment { srgb <0.68, 0.67, 0.64> } finish { diffuse 0.75 } }
box { <-60, -0.1, 3.3>, <80, 0.13, 5.2> pigment { brick srgb <0.5, 0.49, 0.47> srgb <0.64, 0.63, 0.60> brick_size <1.2, 3, 1.2> mortar 0.02 } finish { diffuse 0.75 } }
box { <-60, -0.1, 5.2>, <300, 0.12, 2000>
  pigment { bozo scale 0.4 turbulence 0.5 color_map { [0 srgb <0.20, 0.33, 0.10>] [1 srgb <0.36, 0.48, 0.18>] } } normal { granite 0.5 scale 0.2 } finish { diffuse 0.7 } }
box { <-60, -0.1, -2.7>, <80, 0.004, -2.58> pigment { srgb <0.80, 0.80, 0.78> } finish { diffuse 0.75 } }
#macro House(C, Roof)
union {
  box { <0, 0, 0>, <9, 5.2, 8> pigment { brick pigment { C * 0.85 }, pigment { bozo scale 0.3 color_map { [0 C * 0.9] [1 C * 1.1] } } brick_size <0.5, 0.16, 0.5> mortar 0.02 } finish { diffuse 0.75 } }
  prism { linear_spline -0.4, 9.4, 4, <-0.5, 5>, <8.5, 5>, <4, 8.4>, <-0.5, 5> rotate x * -90 scale <1, 1, -1> rotate y * 90 translate x * 0 pigment { Roof } finish { diffuse 0.75 } scale <-1, 1, 1> }
  #local I = 0;
  #while (I < 3)
    box { <0.9 + I * 2.9, 2.9, -0.05>, <2.2 + I * 2.9, 4.5, 0.1> pigment { srgb 0.9 } }
    box { <1.0 + I * 2.9, 3.0, -0.07>, <2.1 + I * 2.9, 4.4, 0.1> texture { Glass } }
    box { <0.9 + I * 2.9, 0.5, -0.05>, <2.2 + I * 2.9, 2.1, 0.1> pigment { srgb 0.9 } }
    box { <1.0 + I * 2.9, 0.6, -0.07>, <2.1 + I * 2.9, 2.0, 0.1> texture { Glass } }
    #local I = I + 1;
  #end
}
#end
#declare Brick = srgb <0.60, 0.36, 0.27>;
#declare Plaster = srgb <0.80, 0.76, 0.66>;
object { House(Brick, srgb <0.28, 0.25, 0.25>) translate <58, 0, 40> }
object { House(Plaster, srgb <0.45, 0.24, 0.18>) translate <30, 0, 28> }
#declare Light = srgb <0.28, 0.42, 0.14>;
#declare Dark = srgb <0.08, 0.17, 0.05>;
object { Tree(9.5, 3.6, Light, Dark, 3) translate <7.5, 0, 24> }
object { Tree(8.5, 3.2, Light * 1.1, Dark, 33) translate <1.5, 0, 27> }
object { Tree(8.5, 3.4, Light * 0.95, Dark, 35) translate <45, 0, 27> }
object { Tree(9.5, 3.4, Light * 0.9, Dark, 6) translate <14, 0, 23> }
object { Tree(8, 3.0, Light * 1.1, Dark, 9) translate <24, 0, 21> }
object { Tree(10, 3.4, Light * 0.85, Dark, 12) translate <36, 0, 24> }
object { Hedge(-60, 90, 6, 6, 160, Light * 0.8, Dark, 15) translate z * -34 } // stands behind the camera, for the mirror images
object { Hedge(-30, 190, 4, 3, 260, Light * 0.8, Dark, 5) translate z * 30 }
