#include "app/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

namespace filterlens {
namespace {

std::size_t terminalColumns() {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

bool startsCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

}  // namespace

void complain(std::string_view sentence) { std::cerr << "filterlens: " << sentence << std::endl; }

Console::Console(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1) {}

Console::~Console() { clear(); }

void Console::show(std::string_view text) {
  if (quiet_ || !terminal_) return;
  std::cerr << "\r\033[K" << elided(text, terminalColumns() - 1) << std::flush;
  dirty_ = true;
}

void Console::finish(std::string_view text) {
  if (quiet_) return;
  clear();
  std::cerr << text << std::endl;
}

void Console::complain(std::string_view sentence) {
  clear();
  filterlens::complain(sentence);
}

void Console::clear() {
  if (dirty_) std::cerr << "\r\033[K" << std::flush;
  dirty_ = false;
}

std::string elided(std::string_view utf8, std::size_t characters) {
  std::size_t seen = 0;
  std::size_t cut = 0;  // where the last character that stays beside the dots ends
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    if (!startsCharacter(utf8[i])) continue;
    if (seen + 1 == characters) cut = i;
    if (seen++ == characters) return std::string(utf8.substr(0, cut)) + "…";
  }
  return std::string(utf8);
}

}  // namespace filterlens
