// DisplayPanel: how maps are drawn: colours, range, threshold, contours, marks; for all panes, or
// for the current one alone.
#pragma once

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QRadioButton>
#include <QSlider>

#include "ui/display_changes.h"
#include "ui/panel.h"
#include "ui/session.h"

class QGridLayout;

namespace filterlens {

class DisplayPanel : public Panel {
  Q_OBJECT

 public:
  explicit DisplayPanel(Session&, QWidget* parent = nullptr);

  /// The current pane, by its index in the layout, and whose map it shows.
  void setPane(int index, ModelSlot);

  [[nodiscard]] QRadioButton* allPanes() const { return allPanes_; }
  [[nodiscard]] QRadioButton* thisPane() const { return thisPane_; }
  [[nodiscard]] QComboBox* colormap() const { return colormap_; }
  [[nodiscard]] QComboBox* range() const { return range_; }
  [[nodiscard]] QDoubleSpinBox* percentile() const { return percentile_; }
  [[nodiscard]] QLineEdit* low() const { return low_; }
  [[nodiscard]] QLineEdit* high() const { return high_; }
  [[nodiscard]] QCheckBox* locked() const { return locked_; }
  [[nodiscard]] QSlider* opacity() const { return opacity_; }
  [[nodiscard]] QSlider* threshold() const { return threshold_; }
  [[nodiscard]] QComboBox* contours() const { return contours_; }
  [[nodiscard]] QComboBox* tokens() const { return tokens_; }
  [[nodiscard]] QCheckBox* smooth() const { return smooth_; }

 private:
  void describe();
  void arrange();
  void addSlider(QGridLayout*, int row, const QString& name, QSlider*, QLabel* text);
  void connectAll();
  void showDisplay();
  void showRange();
  void change();
  void changeRange();
  void lockRanges(bool);
  [[nodiscard]] DisplayScope scope() const { return scopeOf(session_, pane_); }

  Session& session_;
  int pane_ = 0;
  ModelSlot model_ = ModelSlot::First;
  QRadioButton* allPanes_;
  QRadioButton* thisPane_;
  QComboBox* colormap_;
  QComboBox* range_;
  QWidget* ends_;
  QLineEdit* low_;
  QLineEdit* high_;
  QWidget* extremes_;
  QDoubleSpinBox* percentile_;
  QLabel* percentileEnd_;
  QCheckBox* locked_;
  QSlider* opacity_;
  QLabel* opacityText_;
  QSlider* threshold_;
  QLabel* thresholdText_;
  QComboBox* contours_;
  QComboBox* tokens_;
  QCheckBox* smooth_;
};

}  // namespace filterlens
