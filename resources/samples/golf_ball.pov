// A golf ball in the grass near the flag. One unit is the ball's radius.
#include "common.inc"
global_settings { assumed_gamma 1 max_trace_level 4 }

camera {
  location <1.2, 1.95, -8>
  look_at <0.06, 1.22, 0>
  right x up y angle 27
  #if (Fine) aperture 0.24 blur_samples 37 focal_point <0, 1.1, -0.9> confidence 0.95 variance 1/800 #end
}

Sky(srgb <0.30, 0.52, 0.85>, srgb <0.78, 0.87, 0.95>, 0.5, <0.5, 0.16, 0.5>, <3, 0, 1>)
Sun(<-0.75, 1.05, -0.75>, srgb <1.25, 1.2, 1.08>)
light_source { <-1500, 3000, -2500> srgb <0.36, 0.42, 0.48> shadowless }

// The dimples sit on the corners of an icosahedron's faces, each divided into Freq^2 triangles.
#declare Freq = 6;
#declare Gold = (1 + sqrt(5)) / 2;
#declare Ico = array[12] {
  <-1, Gold, 0>, <1, Gold, 0>, <-1, -Gold, 0>, <1, -Gold, 0>,
  <0, -1, Gold>, <0, 1, Gold>, <0, -1, -Gold>, <0, 1, -Gold>,
  <Gold, 0, -1>, <Gold, 0, 1>, <-Gold, 0, -1>, <-Gold, 0, 1>
}
#declare Face = array[20] {
  <0, 11, 5>, <0, 5, 1>, <0, 1, 7>, <0, 7, 10>, <0, 10, 11>, <1, 5, 9>, <5, 11, 4>, <11, 10, 2>, <10, 7, 6>, <7, 1, 8>,
  <3, 9, 4>, <3, 4, 2>, <3, 2, 6>, <3, 6, 8>, <3, 8, 9>, <4, 9, 5>, <2, 4, 11>, <6, 2, 10>, <8, 6, 7>, <9, 8, 1>
}
#declare Bore = 0.17;   // radius of the sphere that cuts a dimple
#declare Depth = 0.027;
#declare Dimples = union {
  #declare F = 0;
  #while (F < 20)
    #declare A = Ico[Face[F].x];
    #declare B = Ico[Face[F].y];
    #declare C = Ico[Face[F].z];
    union {
    #declare I = 0;
    #while (I <= Freq)
      #declare J = 0;
      #while (J <= Freq - I)
        #declare D = vnormalize(A + (B - A) * I / Freq + (C - A) * J / Freq);
        // an edge's dimples belong to the face that has them the one way round
        #if ((J > 0 | Face[F].x < Face[F].y) & (I > 0 | Face[F].z < Face[F].x) & (I + J < Freq | Face[F].y < Face[F].z))
          sphere { D * (1 + Bore - Depth), Bore }
        #end
        #declare J = J + 1;
      #end
      #declare I = I + 1;
    #end
    } // each face has a bounding box of its own
    #declare F = F + 1;
  #end
}
#declare Name = union {
  text { ttf "cyrvetic.ttf" "FILTERLENS" 4, 0 scale <0.17, 0.2, 1> translate <-0.56, 0.1, -2> }
  text { ttf "cyrvetic.ttf" "3" 4, 0 scale <0.3, 0.3, 1> translate <-0.08, -0.24, -2> }
}
difference {
  sphere { 0, 1 }
  object { Dimples rotate <20, 35, 12> }
  pigment { object { Name pigment { srgb <0.95, 0.95, 0.93> } pigment { srgb <0.08, 0.09, 0.2> } } }
  finish { diffuse 0.78 specular 0.5 roughness 0.012 reflection { 0.0, 0.10 fresnel on } conserve_energy }
  interior { ior 1.45 }
  rotate <14, -14, 16>
  translate <0, 0.97, 0>
}

// Grass: tiles turned at random, so that no pattern shows.
#declare Blades = GrassTile(2, 900, 0.62, 0.075, 5)
#declare R = seed(77);
#declare Z = -7;
#while (Z < 26)
  #declare X = -9;
  #while (X < 9)
    object {
      Blades
      translate <-1, 0, -1> rotate y * 90 * floor(rand(R) * 4) translate <X + 1, 0, Z + 1>
      texture {
        pigment {
          bozo scale <0.06, 0.5, 0.06>
          color_map {
            [0.2 srgb <0.20, 0.36, 0.08>] [0.5 srgb <0.33, 0.52, 0.13>] [0.75 srgb <0.47, 0.62, 0.20>] [0.95 srgb <0.66, 0.64, 0.33>]
          }
        }
        finish { diffuse 0.62, 0.35 specular 0.18 roughness 0.05 }
      }
    }
    #declare X = X + 2;
  #end
  #declare Z = Z + 2;
#end
plane {
  y, 0
  pigment { bozo scale <3, 1, 6> turbulence 0.4 color_map { [0 srgb <0.18, 0.30, 0.08>] [1 srgb <0.30, 0.45, 0.13>] } }
  finish { diffuse 0.6 }
}

// The pin, its flag, and the trees behind the green: all far out of focus.
union {
  cylinder { <0, 0, 0>, <0, 58, 0>, 1.1 pigment { srgb <0.93, 0.90, 0.75> } }
  polygon { 5, <0, 58>, <24, 53>, <22, 43>, <0, 40>, <0, 58> pigment { srgb <0.82, 0.09, 0.08> } finish { diffuse 0.7, 0.4 } }
  finish { diffuse 0.8 }
  translate <2, 0, 400>
}
object { Hedge(-700, 400, 105, 60, 320, srgb <0.25, 0.42, 0.14>, srgb <0.07, 0.16, 0.05>, 4) translate z * 1200 }
