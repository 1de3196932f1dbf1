// Exporter: writes what is shown, drawn anew at the data's own resolution; each with a JSON beside
// it that says how it was made. Runs as jobs; the window stays free.
#pragma once

#include <QObject>
#include <filesystem>
#include <functional>
#include <vector>

#include "ui/job_runner.h"
#include "ui/shown.h"

namespace filterlens {

/// A figure's file by its extension: .pdf and .svg have vector text, anything else is PNG. The
/// pictures in it have this resolution.
Result<void> writeFigure(const Shown&, const std::filesystem::path&, double dotsPerInch);
/// PNG of one pane, or of the comparison that takes the panes' place, at the photo's resolution.
Result<void> writePane(const Shown&, std::size_t pane, ModelSlot, const std::filesystem::path&);
/// For each map <layer>.<method>.npy, .tiff and .csv, and analysis.json; maps of a second model go
/// into the folder "second" in it.
Result<void> writeMaps(const Shown&, const std::filesystem::path& folder);

class Exporter : public QObject {
  Q_OBJECT

 public:
  /// shown: what the window shows now.
  Exporter(Session&, JobRunner&, std::function<Shown()> shown, QObject* parent = nullptr);

  void exportFigure(const std::filesystem::path&, double dotsPerInch);
  void exportPane(std::size_t pane, const std::filesystem::path&, ModelSlot = ModelSlot::First);
  void exportMaps(const std::filesystem::path& folder);
  /// Figure and maps of every photo of the list, into a folder for each. Other work goes on between
  /// two photos; cancelling ends it.
  void exportAll(const std::filesystem::path& folder);
  [[nodiscard]] bool exportingAll() const { return !waiting_.empty(); }

 Q_SIGNALS:
  void failed(const QString& sentence);
  void done(const QString& sentence);

 private:
  void run(const std::filesystem::path&, std::function<Result<void>(const Shown&)>);
  void exportNext();
  void endAll(const QString& sentence);

  Session& session_;
  JobRunner& jobs_;
  std::function<Shown()> shown_;
  Shown like_;  // what each photo of a folder is shown as
  std::optional<int> target_;
  std::filesystem::path folder_;
  std::vector<std::filesystem::path> waiting_;  // the next one last
  int written_ = 0;
  int failed_ = 0;
};

}  // namespace filterlens
