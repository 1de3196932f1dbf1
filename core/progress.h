// Progress: what slow work takes, to say how far it is and to learn that nobody waits for it any
// more.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

namespace filterlens {

class Progress {
 public:
  /// fraction in [0, 1]; text: what is being done, for people. Called on the working thread.
  using Report = std::function<void(double fraction, std::string_view text)>;

  Progress() = default;  ///< reports to nobody and never stops
  Progress(std::stop_token stop, Report report)
      : stop_(std::move(stop)), report_(std::move(report)) {}

  void report(double fraction, std::string_view text) const {
    if (report_) report_(fraction, text);
  }
  [[nodiscard]] bool cancelled() const { return stop_.stop_requested(); }

  /// The part [from, to] of this progress, for a step of the work. Refers to *this, which must
  /// outlive it.
  [[nodiscard]] Progress part(double from, double to) const {
    return {stop_, [this, from, to](double fraction, std::string_view text) {
              report(from + (to - from) * fraction, text);
            }};
  }
  /// The same under a text of its own: what the step says of itself is too fine for people.
  [[nodiscard]] Progress part(double from, double to, std::string text) const {
    return {stop_, [this, from, to, text = std::move(text)](double fraction, std::string_view) {
              report(from + (to - from) * fraction, text);
            }};
  }

 private:
  std::stop_token stop_;
  Report report_;
};

}  // namespace filterlens
