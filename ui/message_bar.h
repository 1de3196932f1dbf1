// MessageBar: the quiet place for what happens: the work in progress with its Cancel, the last
// result, and problems, which stay until they are closed. Nothing in it stops the user.
#pragma once

#include <QLabel>
#include <QProgressBar>
#include <QStringList>
#include <QTimer>
#include <QToolButton>
#include <QWidget>

#include "ui/offer_line.h"

namespace filterlens {

class MessageBar : public QWidget {
  Q_OBJECT

 public:
  explicit MessageBar(QWidget* parent = nullptr);

  void showResult(const QString& sentence);
  /// The newest problem is on show; those before it, until closed, stand in the tool tip.
  void showProblem(const QString& sentence);
  void closeProblems();
  /// Stays until it is taken or closed; takes the place of an earlier one of this name.
  void showOffer(const QString& name, const Offer&);
  [[nodiscard]] OfferLine* offer(const QString& name) const;

  /// Shown only once work has taken a moment, so that quick jobs do not flicker.
  void setBusy(bool);
  void showProgress(double fraction, const QString& text);

  [[nodiscard]] const QStringList& problems() const { return problems_; }
  [[nodiscard]] QString result() const { return result_->text(); }
  [[nodiscard]] QToolButton* cancelButton() const { return cancel_; }
  [[nodiscard]] QToolButton* closeButton() const { return close_; }

 Q_SIGNALS:
  /// A sentence was shown; for the log.
  void said(const QString& sentence, bool problem);
  void cancelClicked();

 private:
  QWidget* makeProblemLine();
  void showWork(bool);

  QWidget* problemLine_;
  QLabel* problem_;
  QToolButton* close_;
  QLabel* result_;
  QLabel* work_;
  QProgressBar* progress_;
  QToolButton* cancel_;
  QTimer patience_;
  QStringList problems_;
};

}  // namespace filterlens
