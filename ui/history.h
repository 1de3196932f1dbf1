// History: undo and redo of what is shown. Choices are a plain value, so a step back is the value
// before. A drag of a slider is one step.
#pragma once

#include <QObject>
#include <QTimer>
#include <vector>

#include "ui/session.h"

namespace filterlens {

class History : public QObject {
  Q_OBJECT

 public:
  explicit History(Session&, QObject* parent = nullptr);

  [[nodiscard]] bool canUndo() const { return !past_.empty(); }
  [[nodiscard]] bool canRedo() const { return !future_.empty(); }
  void undo();
  void redo();
  /// The next change is a step of its own. Comes by itself once a slider has rested for a moment.
  void endGesture();

 Q_SIGNALS:
  void changed();

 private:
  void record(const Choices& before);
  void forgetOtherNetwork();
  void travel(std::vector<Choices>& from, std::vector<Choices>& to);

  Session& session_;
  const Architecture* network_ = nullptr;
  std::vector<Choices> past_;    // the newest last
  std::vector<Choices> future_;  // the next one last
  QStringList gesture_;          // what the drag in progress changes
  QTimer rest_;
  bool travelling_ = false;
};

}  // namespace filterlens
