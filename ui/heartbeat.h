// Heartbeat: how long the window's thread was ever kept from its events, told apart by what was
// being worked on meanwhile. For tests, and for tests/ui/tour.sh, which switches it on through the
// environment: FILTERLENS_HEARTBEAT=FILE.
#pragma once

#include <QObject>
#include <QTimer>
#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string_view>

#include "ui/job_runner.h"

namespace filterlens {

class Heartbeat : public QObject {
  Q_OBJECT

 public:
  /// The longest gaps are written into the file as they grow; an empty path: nowhere.
  Heartbeat(const JobRunner&, std::filesystem::path file, QObject* parent = nullptr);
  /// As the environment asks for it, or else none.
  static std::unique_ptr<Heartbeat> wanted(const JobRunner&);

  /// Between two beats, in milliseconds: on the clock, and what of it the thread computed. The rest
  /// it waited: on a busy machine for a processor.
  struct Gap {
    double milliseconds = 0;
    double computing = 0;
  };
  /// The longest while a kind of job was asked for or ran.
  [[nodiscard]] const Gap& longest(JobKind kind) const;
  /// The longest of all.
  [[nodiscard]] Gap longest() const;
  void forget();

 private:
  static constexpr std::size_t kPhases = kJobKinds.size() + 1;  // the last: no work

  void beat();
  void write() const;

  const JobRunner& jobs_;
  std::filesystem::path file_;
  QTimer timer_;
  std::chrono::steady_clock::time_point beat_;
  double computed_ = 0;               // by the thread until the last beat, in milliseconds
  std::array<bool, kPhases> busy_{};  // at the last beat
  std::array<Gap, kPhases> longest_{};
};

}  // namespace filterlens
