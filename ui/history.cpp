#include "ui/history.h"

#include <algorithm>

#include "ui/choices_json.h"

namespace filterlens {
namespace {

constexpr int kRestMs = 700;
constexpr std::size_t kStepsKept = 200;

/// What a slider or a held arrow key changes: how maps are drawn, which cell is inspected, when a
/// prediction counts as unsure. Everything else is chosen at one stroke.
bool isContinuous(const QStringList& paths) {
  return !paths.isEmpty() && std::all_of(paths.begin(), paths.end(), [](const QString& path) {
    if (path.startsWith(QLatin1String("inspected.")) || path == QLatin1String("unsureBelow")) {
      return true;
    }
    return path.startsWith(QLatin1String("display.")) &&
           !path.endsWith(QLatin1String("colormap")) &&
           !path.endsWith(QLatin1String("interpolation")) &&
           !path.endsWith(QLatin1String("sharedRange"));
  });
}

}  // namespace

History::History(Session& session, QObject* parent)
    : QObject(parent), session_(session), network_(session.network()) {
  rest_.setSingleShot(true);
  rest_.setInterval(kRestMs);
  connect(&rest_, &QTimer::timeout, this, &History::endGesture);
  connect(&session_, &Session::chosen, this, &History::record);
  connect(&session_, &Session::modelChanged, this, &History::forgetOtherNetwork);
}

void History::record(const Choices& before) {
  if (travelling_) return;
  const QStringList changes = differences(before, session_.choices());
  const bool goesOn = !gesture_.isEmpty() && changes == gesture_;
  if (!goesOn) past_.push_back(before);
  if (past_.size() > kStepsKept) past_.erase(past_.begin());
  future_.clear();
  gesture_ = isContinuous(changes) ? changes : QStringList();
  rest_.start();
  Q_EMIT changed();
}

void History::endGesture() {
  rest_.stop();
  gesture_.clear();
}

// Panes and layers of another network mean nothing in this one.
void History::forgetOtherNetwork() {
  if (session_.network() == network_) return;
  network_ = session_.network();
  past_.clear();
  future_.clear();
  endGesture();
  Q_EMIT changed();
}

void History::undo() { travel(past_, future_); }

void History::redo() { travel(future_, past_); }

void History::travel(std::vector<Choices>& from, std::vector<Choices>& to) {
  if (from.empty()) return;
  endGesture();
  Choices next = std::move(from.back());
  from.pop_back();
  to.push_back(session_.choices());
  travelling_ = true;
  session_.setChoices(std::move(next));
  travelling_ = false;
  Q_EMIT changed();
}

}  // namespace filterlens
