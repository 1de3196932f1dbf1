// A village church among trees. One unit is a metre.
#include "common.inc"
global_settings { assumed_gamma 1 max_trace_level 4 }

camera {
  location <17, 1.9, -29>
  look_at <2.6, 11.9, 4>
  right x up y angle 49.5
}
Sky(srgb <0.15, 0.41, 0.74>, srgb <0.62, 0.80, 0.93>, 0.45, <0.6, 0.22, 0.6>, <1.2, 0, 2>)
Sun(<0.55, 0.85, -1.0>, srgb <1.4, 1.32, 1.18>)
Dome(6, srgb <0.50, 0.58, 0.72>)

#macro Blocks(A, B, Mortar)
texture {
  pigment {
    brick pigment { Mortar }, pigment { bozo scale <0.5, 0.26, 0.5> color_map { [0.15 A] [0.85 B] } }
    brick_size <0.62, 0.30, 0.62> mortar 0.035
  }
  normal { granite 0.1 scale 0.6 }
  finish { diffuse 0.75 }
}
#end
#declare Wall = Blocks(srgb <0.56, 0.50, 0.42>, srgb <0.80, 0.74, 0.65>, srgb <0.50, 0.46, 0.41>)
#declare Trim = texture { pigment { bozo scale 0.7 color_map { [0 srgb <0.80, 0.77, 0.70>] [1 srgb <0.88, 0.85, 0.78>] } } finish { diffuse 0.78 } }
#declare Slate = texture {
  pigment { brick pigment { srgb <0.16, 0.17, 0.20> }, pigment { bozo scale 0.4 color_map { [0 srgb <0.24, 0.26, 0.31>] [1 srgb <0.34, 0.36, 0.42>] } } brick_size <0.4, 0.28, 0.4> mortar 0.03 }
  finish { diffuse 0.7 specular 0.2 roughness 0.05 }
}
#declare Pane = texture {
  pigment { brick srgb <0.03, 0.03, 0.04> srgb <0.10, 0.12, 0.17> brick_size <0.3, 0.3, 0.3> mortar 0.03 }
  finish { diffuse 0.5 specular 0.6 roughness 0.02 reflection { 0.05, 0.3 } }
}
#declare Ink = texture { pigment { srgb <0.08, 0.05, 0.04> } }
#declare Oak = texture { pigment { gradient x color_map { [0 srgb <0.16, 0.07, 0.04>] [0.08 srgb <0.36, 0.16, 0.08>] [1 srgb <0.40, 0.19, 0.10>] } scale 0.25 } finish { diffuse 0.7 } }

// A pointed arch's outline as a solid: half width W, height H to where the arcs spring, from z = 0 to D.
#macro Lancet(W, H, D)
#local K = 12;
prism {
  linear_spline 0, D, 2 * K + 4, <-W, 0>, <W, 0>
  #local J = 0;
  #while (J <= K)
    , <-W + 2 * W * cos(pi / 3 * J / K), H + 2 * W * sin(pi / 3 * J / K)>
    #local J = J + 1;
  #end
  #local J = K - 1;
  #while (J >= 0)
    , <W - 2 * W * cos(pi / 3 * J / K), H + 2 * W * sin(pi / 3 * J / K)>
    #local J = J - 1;
  #end
  , <-W, 0>
  rotate x * -90 scale <1, 1, -1>
}
#end
// A window: stone round it, glass set back, a mullion. Stands on the origin, its wall's face is z = 0.
#macro Window(W, H)
union {
  difference {
    object { Lancet(W + 0.22, H, 0.4) translate z * -0.12 }
    object { Lancet(W, H, 2) translate <0, 0.16, -1> }
    texture { Trim }
  }
  object { Lancet(W + 0.05, H, 0.3) translate z * -0.03 texture { Pane } }
  box { <-0.05, 0, -0.07>, <0.05, H + W * 1.1, 0.15> texture { Trim } }
  box { <-W, H - 0.04, -0.07>, <W, H + 0.04, 0.15> texture { Trim } }
  box { <-W - 0.35, -0.15, -0.25>, <W + 0.35, 0.05, 0.3> texture { Trim } }
}
#end
#macro Buttress(H)
union {
  box { <-0.3, 0, -0.8>, <0.3, H * 0.55, 0.1> }
  box { <-0.3, 0, -0.45>, <0.3, H * 0.9, 0.1> }
  texture { Wall }
}
#end
#macro Cross(S)
union {
  box { <-0.07, 0, -0.07>, <0.07, 1.6, 0.07> }
  box { <-0.48, 0.95, -0.07>, <0.48, 1.1, 0.07> }
  pigment { srgb <0.85, 0.68, 0.25> } finish { diffuse 0.5 specular 0.8 roughness 0.02 metallic reflection 0.2 }
  scale S
}
#end

// The nave: walls 6.6 high, ridge at 12.2, 22 long.
union {
  box { <-5, 0, 0>, <5, 6.6, 22> texture { Wall } }
  prism { linear_spline 0, 22, 4, <-5, 6.5>, <5, 6.5>, <0, 12.0>, <-5, 6.5> rotate x * -90 scale <1, 1, -1> texture { Wall } }
  #declare S = -1;
  #while (S < 2)
    box { 0, 1 scale <7.95, 0.28, 22.9> translate z * -0.45 texture { Slate rotate x * 90 } rotate z * -47.9 translate <-0.1, 12.2, 0> scale <S, 1, 1> }
    #declare S = S + 2;
  #end
  box { <-0.15, 12.1, -0.5>, <0.15, 12.42, 22.5> texture { Trim } }
  box { <-5.25, 6.2, -0.1>, <5.25, 6.5, 22.1> texture { Trim } }
  box { <-5.2, 0, -0.2>, <5.2, 0.8, 22.2> texture { Trim } }
  #declare I = 0;
  #while (I < 5)
    object { Window(0.75, 2.4) rotate y * -90 translate <5, 1.9, 3.2 + I * 4> }
    object { Buttress(6.4) rotate y * -90 translate <5, 0, 1.2 + I * 4> }
    #declare I = I + 1;
  #end
  object { Buttress(6.4) rotate y * -90 translate <5, 0, 21.2> }
  object { Window(0.5, 2.2) translate <3.75, 2.0, 0> }
  object { Window(0.5, 2.2) translate <-3.75, 2.0, 0> }
  object { Cross(1) translate <0, 12.3, 22> }
}

#declare Course = array[4] { 0.7, 6.2, 10.2, 15.2 }
// The tower before the gable, its spire to 27 m.
union {
  box { <-2.6, 0, -4>, <2.6, 15.2, 1.2> texture { Wall } }
  #declare I = 0;
  #while (I < 4)
    box { <-2.75, -0.14, -4.15>, <2.75, 0.14, 1.35> translate y * Course[I] texture { Trim } }
    #declare I = I + 1;
  #end
  #declare S = -1;
  #while (S < 2) // corner buttresses and pinnacles
    box { <-0.45, 0, -0.5>, <0.45, 9.6, 0.6> texture { Wall } translate <S * 2.45, 0, -4.2> }
    cone { <S * 2.4, 15.3, -3.8>, 0.42, <S * 2.4, 17.8, -3.8>, 0.03 texture { Wall } }
    cone { <S * 2.4, 15.3, 1.0>, 0.42, <S * 2.4, 17.8, 1.0>, 0.03 texture { Wall } }
    #declare S = S + 2;
  #end
  // the spire: eight sides
  #declare Sides = 8;
  #declare Spire = mesh {
    #declare I = 0;
    #while (I < Sides)
      triangle { vrotate(<2.75, 0, 0>, y * (I + 0.5) * 45), vrotate(<2.75, 0, 0>, y * (I + 1.5) * 45), <0, 12.2, 0> }
      #declare I = I + 1;
    #end
  }
  object { Spire texture { Slate } translate <0, 15.2, -1.4> }
  sphere { <0, 27.4, -1.4>, 0.22 pigment { srgb <0.85, 0.68, 0.25> } }
  object { Cross(1.05) translate <0, 27.4, -1.4> }
  // the doorway
  difference {
    object { Lancet(1.35, 2.5, 0.6) translate z * -4.5 }
    object { Lancet(0.95, 2.5, 3) translate z * -6 }
    texture { Trim }
  }
  object { Lancet(1.0, 2.5, 0.3) translate z * -4.16 texture { Oak } }
  box { <-0.03, 0, -4.2>, <0.03, 4.0, -4> texture { Ink } }
  box { <-2, 0, -6>, <2, 0.18, -4> texture { Trim } }
  box { <-1.7, 0, -5.6>, <1.7, 0.34, -4> texture { Trim } }
  object { Window(0.5, 1.15) translate <0, 6.5, -4> }
  // belfry openings and the clock on two sides
  #declare I = 0;
  #while (I < 2)
    union {
      object { Window(0.42, 1.9) translate <-1.0, 11.4, -2.6> }
      object { Window(0.42, 1.9) translate <1.0, 11.4, -2.6> }
      #if (I = 1) object { Window(0.5, 1.15) translate <0, 6.9, -2.6> } #end
      rotate y * -90 * I translate z * -1.4
    }
    #declare I = I + 1;
  #end
  cylinder { <0, 9.3, -4.1>, <0, 9.3, -3.9>, 0.62 texture { Trim } }
  cylinder { <0, 9.3, -4.12>, <0, 9.3, -3.9>, 0.54 pigment { srgb <0.10, 0.12, 0.22> } finish { diffuse 0.7 } }
  union {
    box { <-0.03, -0.05, -4.15>, <0.03, 0.46, -4> rotate z * -60 }
    box { <-0.04, -0.05, -4.15>, <0.04, 0.32, -4> rotate z * 60 }
    #declare I = 0;
    #while (I < 12)
      box { <-0.025, 0.44, -4.14>, <0.025, 0.52, -4> rotate z * I * 30 }
      #declare I = I + 1;
    #end
    translate y * 9.3
    pigment { srgb <0.90, 0.75, 0.30> } finish { diffuse 0.8 }
  }
}

// The churchyard.
#declare Lawn = texture {
  pigment { bozo scale 0.5 turbulence 0.5 color_map { [0 srgb <0.22, 0.35, 0.10>] [0.6 srgb <0.32, 0.46, 0.15>] [1 srgb <0.42, 0.52, 0.20>] } }
  normal { granite 0.6 scale 0.15 } finish { diffuse 0.7 }
}
plane { y, 0 texture { Lawn } }
box { <-1.5, -0.1, -60>, <1.5, 0.02, -4>
  pigment { granite scale 0.6 color_map { [0 srgb <0.55, 0.50, 0.43>] [1 srgb <0.72, 0.67, 0.58>] } } finish { diffuse 0.75 } }
#declare Blades = GrassTile(3, 1500, 0.16, 0.03, 5)
#declare R = seed(7);
#declare Z = -27;
#while (Z < -9)
  #declare X = 2;
  #while (X < 20)
    object { Blades translate <-1.5, 0, -1.5> rotate y * 90 * floor(rand(R) * 4) translate <X + 1.5, 0, Z + 1.5>
      pigment { bozo scale 0.3 color_map { [0.2 srgb <0.22, 0.36, 0.09>] [0.8 srgb <0.42, 0.55, 0.18>] } } finish { diffuse 0.65, 0.3 } }
    #declare X = X + 3;
  #end
  #declare Z = Z + 3;
#end
#declare R = seed(12);
#declare I = 0;
#while (I < 9) // gravestones
  union {
    box { <-0.4, 0, -0.09>, <0.4, 0.75, 0.09> }
    cylinder { <0, 0.75, -0.09>, <0, 0.75, 0.09>, 0.4 }
    pigment { srgb <0.55, 0.55, 0.52> * (0.8 + 0.3 * rand(R)) } normal { granite 0.3 scale 0.3 } finish { diffuse 0.7 }
    rotate <4 * (rand(R) - 0.5), 30 * (rand(R) - 0.5), 8 * (rand(R) - 0.5)>
    translate <8 + 2.6 * mod(I, 3) + rand(R), 0, -6 + 4 * floor(I / 3) + rand(R)>
  }
  #declare I = I + 1;
#end
#declare Light = srgb <0.30, 0.45, 0.14>;
#declare Dark = srgb <0.08, 0.18, 0.05>;
object { Tree(13, 5, Light, Dark, 3) translate <-10.5, 0, 6> }
object { Tree(15, 5.5, Light * 0.85, Dark, 9) translate <-17, 0, 16> }
object { Tree(11, 4.2, Light * 1.1, Dark, 21) translate <19, 0, 27> }
object { Tree(14, 5, Light * 0.9, Dark, 31) translate <27, 0, 40> }
object { Hedge(-90, 90, 7, 8, 170, Light * 0.8, Dark, 5) translate z * 58 }
