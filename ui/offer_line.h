// OfferLine: a sentence and a button that does what it offers; closing it declines. It stays until
// then and stops nobody.
#pragma once

#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QWidget>
#include <functional>

namespace filterlens {

struct Offer {
  QString sentence;
  QString button;
  std::function<void()> accept;
  std::function<void()> decline = [] {};
};

class OfferLine : public QWidget {
  Q_OBJECT

 public:
  explicit OfferLine(const Offer&, QWidget* parent = nullptr);

  [[nodiscard]] QString sentence() const { return sentence_->text(); }
  [[nodiscard]] QPushButton* acceptButton() const { return accept_; }
  [[nodiscard]] QToolButton* declineButton() const { return decline_; }

 private:
  void end(const std::function<void()>&);

  QLabel* sentence_;
  QPushButton* accept_;
  QToolButton* decline_;
};

}  // namespace filterlens
