// What the commands say on stderr: sentences, and how far the work is. Results go to stdout and are
// none of this.
#pragma once

#include <string>
#include <string_view>

namespace filterlens {

/// "filterlens: <sentence>" as a line of its own.
void complain(std::string_view sentence);

/// How far a long command is. On a terminal one line that is rewritten in place; elsewhere (a pipe,
/// a log) only the lines of finish(). Used by one thread at a time.
class Console {
 public:
  explicit Console(bool quiet);
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  /// What is being done right now; rewritten by the next call.
  void show(std::string_view text);
  /// A line that stays: something is done.
  void finish(std::string_view text);
  /// A sentence that stays, also where the user asked for quiet.
  void complain(std::string_view sentence);
  /// Takes back what show() wrote, before something else writes to the terminal.
  void clear();

 private:
  bool quiet_;
  bool terminal_;
  bool dirty_ = false;  // the terminal's last line holds a text that is not finished
};

/// At most this many characters of a UTF-8 text, its end replaced by "…" where it is longer.
std::string elided(std::string_view utf8, std::size_t characters);

}  // namespace filterlens
