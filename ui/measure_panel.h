// MeasurePanel: whether the map of a pane can be believed on this photo: its measures beside those
// of maps that know nothing of the network.
#pragma once

#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QWidget>
#include <filesystem>
#include <memory>

#include "ui/job_runner.h"
#include "ui/measure_job.h"
#include "ui/session.h"

namespace filterlens {

/// A window of its own beside the main one. Rows fill one after the other; a newer request, another
/// photo or another model ends the one before.
class MeasurePanel : public QWidget {
  Q_OBJECT

 public:
  MeasurePanel(Session&, JobRunner&, QWidget* window);

  /// Shows the panel and measures; map: nullptr or one of ranks is answered with a sentence.
  void measure(const std::shared_ptr<const Heatmap>& map, ModelSlot = ModelSlot::First);
  /// From now on boxes are those of this list, a CSV file, not of boxes.csv beside the photo; what
  /// is shown is measured again.
  void openBoxes(const std::filesystem::path& list);

  [[nodiscard]] QTableWidget* table() const { return table_; }
  [[nodiscard]] QLabel* state() const { return state_; }
  [[nodiscard]] QPushButton* button() const { return button_; }
  [[nodiscard]] QLabel* boxesNote() const { return boxesNote_; }

 protected:
  void dragEnterEvent(QDragEnterEvent*) override;
  void dropEvent(QDropEvent*) override;

 private:
  void chooseBoxes();
  void start();
  void measureRow(std::size_t index);
  void showRows();
  void showValues(std::size_t row, const std::vector<Measurement>&);
  void end(const QString& sentence);
  void outdate();
  void pressButton();
  [[nodiscard]] QString nameOf(const Heatmap&) const;

  Session& session_;
  JobRunner& jobs_;
  std::shared_ptr<const Heatmap> map_;
  ModelSlot slot_ = ModelSlot::First;  // whose map
  std::shared_ptr<const MeasureJob> job_;
  std::filesystem::path boxes_;  // empty: boxes.csv beside the photo
  bool running_ = false;
  QLabel* heading_;
  QTableWidget* table_;
  QLabel* state_;
  QLabel* boxesNote_;
  QPushButton* button_;
  QPushButton* boxesButton_;
};

}  // namespace filterlens
