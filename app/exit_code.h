// What the program's exit codes mean; `filterlens --help` lists them.
#pragma once

namespace filterlens {

inline constexpr int kExitOk = 0;
inline constexpr int kExitSomeFailed = 1;     ///< a photo or a file failed; the rest was done
inline constexpr int kExitUsage = 2;          ///< the command line makes no sense
inline constexpr int kExitModel = 3;          ///< the model could not be opened
inline constexpr int kExitNoDisplay = 4;      ///< the window has no display to open on
inline constexpr int kExitInterrupted = 130;  ///< Ctrl-C, as shells report it

}  // namespace filterlens
