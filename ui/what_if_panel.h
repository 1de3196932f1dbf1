// WhatIfPanel: what to change in the network: K, a random choice and the attention of each block.
// Cells are brushed on the panes.
#pragma once

#include <QCheckBox>
#include <QLabel>
#include <QSlider>
#include <QSpinBox>
#include <QToolButton>
#include <functional>
#include <string>
#include <vector>

#include "ui/panel.h"
#include "ui/session.h"

class QGridLayout;

namespace filterlens {

/// A slider of K that marks the network's own K.
class TokenSlider : public QSlider {
  Q_OBJECT

 public:
  TokenSlider(int own, int cells, QWidget* parent = nullptr);
  [[nodiscard]] int own() const { return own_; }
  /// The value, or the own K where the handle is dragged close by: it is hard to hit by hand.
  [[nodiscard]] int chosen(int value) const;

 protected:
  void paintEvent(QPaintEvent*) override;

 private:
  int own_;
};

class WhatIfPanel : public Panel {
  Q_OBJECT

 public:
  /// brush, before, reset: the window's actions, for its buttons.
  WhatIfPanel(Session&, QAction* brush, QAction* before, QAction* reset, QWidget* parent = nullptr);

  /// The controls of one block; those that its kind does not have are null.
  struct Block {
    std::string layer;
    TokenSlider* tokens = nullptr;
    QSpinBox* count = nullptr;
    QCheckBox* random = nullptr;
    QSpinBox* seed = nullptr;
    QLabel* forced = nullptr;
    QCheckBox* attention = nullptr;
  };
  [[nodiscard]] const std::vector<Block>& blocks() const { return blocks_; }
  /// nullptr where there is none.
  [[nodiscard]] const Block* block(std::string_view layer) const;

 private:
  void build();
  void addBlock(const NetworkStage&, QGridLayout*);
  void connectBlock(std::size_t index);
  void showChanges();
  void showBlock(const Block&);
  [[nodiscard]] QString summary() const;
  void change(const std::string& layer, const std::function<void(Intervention&)>&);

  Session& session_;
  QWidget* content_ = nullptr;
  QLabel* summary_;
  std::vector<Block> blocks_;
};

}  // namespace filterlens
