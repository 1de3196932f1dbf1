// DisplayPanel: colour map, opacity, and how maps are drawn.
#pragma once

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QSlider>

#include "ui/panel.h"
#include "ui/session.h"

namespace filterlens {

class DisplayPanel : public Panel {
  Q_OBJECT

 public:
  explicit DisplayPanel(Session&, QWidget* parent = nullptr);

  [[nodiscard]] QComboBox* colormap() const { return colormap_; }
  [[nodiscard]] QSlider* opacity() const { return opacity_; }
  [[nodiscard]] QCheckBox* smooth() const { return smooth_; }
  [[nodiscard]] QCheckBox* sharedRange() const { return sharedRange_; }

 private:
  void showDisplay();
  void change();

  Session& session_;
  QComboBox* colormap_;
  QSlider* opacity_;
  QLabel* opacityText_;
  QCheckBox* smooth_;
  QCheckBox* sharedRange_;
};

}  // namespace filterlens
