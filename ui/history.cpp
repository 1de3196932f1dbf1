#include "ui/history.h"

#include <QRegularExpression>
#include <algorithm>

#include "ui/choices_json.h"

namespace filterlens {
namespace {

constexpr int kRestMs = 700;
constexpr std::size_t kStepsKept = 200;

/// What is dragged, or moved by a held key, as the first part of the paths that it changes: a
/// slider, a colour bar's range, a pane's own view, the inspected cell, the K of a what-if.
/// Everything else is chosen at one stroke.
const QRegularExpression& draggedParts() {
  static const QRegularExpression parts(QStringLiteral(
      "^(.*display\\.(opacity|threshold|percentile|fixedRanges\\.[^.]*)|.*\\.view|inspected|"
      "unsureBelow|whatIf\\..*\\.k)(\\.|$)"));
  return parts;
}

/// What changes while something is being dragged; empty for what is chosen at one stroke.
QStringList gestureOf(const QStringList& changes) {
  QStringList gesture;
  for (const QString& path : changes) {
    const auto found = draggedParts().match(path);
    if (!found.hasMatch()) return {};
    if (!gesture.contains(found.captured(1))) gesture << found.captured(1);
  }
  return gesture;
}

/// A pane has got a view of its own, or lost it.
bool takesOrGivesView(const QStringList& changes) {
  return std::any_of(changes.begin(), changes.end(), [](const QString& path) {
    return path.endsWith(QLatin1String(".view.follows"));
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
  const QStringList gesture = gestureOf(changes);
  const bool goesOn = !gesture_.isEmpty() && gesture == gesture_ && !takesOrGivesView(changes);
  if (!goesOn) past_.push_back(before);
  if (past_.size() > kStepsKept) past_.erase(past_.begin());
  future_.clear();
  gesture_ = gesture;
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
