// Analyst: turns what a user asks for into jobs, and brings their results into the session.
#pragma once

#include <QObject>
#include <filesystem>
#include <vector>

#include "ui/job_runner.h"
#include "ui/session.h"

namespace filterlens {

class Analyst : public QObject {
  Q_OBJECT

 public:
  Analyst(Session&, JobRunner&, QObject* parent = nullptr);

  /// Loads the engine, then does what was asked for. Called once the window has been painted.
  void begin();

  /// Photos, folders of photos, checkpoints and folders of training runs in any mix; of several
  /// checkpoints the last one stays.
  void open(const std::vector<std::filesystem::path>&);
  void openPhotos(const std::vector<std::filesystem::path>& filesAndFolders);
  void showPhotos(PhotoList);
  void openModel(const std::filesystem::path&);
  /// Beside the one that is open, on the same photo and panes.
  void openSecondModel(const std::filesystem::path&);
  void closeSecondModel();
  /// Holds the model that is open as the second one, to walk on with the first.
  void keepAsSecondModel();
  void swapModels();
  /// The file of the model that is open, as it is now.
  void reloadModel();
  /// A training run's folder: its last epoch.
  void openRun(const std::filesystem::path& folder);
  /// Another epoch of the run that is open; index: into Session::epochs().
  void chooseEpoch(int index);
  void stepPhoto(int by);
  /// Goes to a photo of the list.
  void goToPhoto(int index);
  /// Computes what is missing, after a cancelled or failed job.
  void analyseAgain();
  [[nodiscard]] bool canAnalyseAgain() const;

 Q_SIGNALS:
  /// The user asked for these photos, and there are some.
  void photosOpened(const std::vector<std::filesystem::path>& filesAndFolders);
  /// A sentence for the user: something could not be done.
  void failed(const QString& sentence);
  /// A sentence for the user: something is done.
  void done(const QString& sentence);

 private:
  void readPhoto();
  void readModel(const std::filesystem::path&, ModelSlot = ModelSlot::First);
  void returnToShownPhoto();
  void photoRead(const Result<std::shared_ptr<const OpenedPhoto>>&);
  void modelRead(const Result<std::shared_ptr<const Model>>&, ModelSlot);
  void analyseNow();
  void computeNext();
  void analyse(ModelSlot);
  void analysed(const Result<std::shared_ptr<const Analysis>>&, ModelSlot);
  [[nodiscard]] bool lacksWhatIf() const;
  void followWhatIf();
  void runChanged(const Interventions&);
  void followTargets();
  void followTarget(ModelSlot, int target);
  void computeMaps();
  [[nodiscard]] bool lacksAnalysis(ModelSlot) const;
  [[nodiscard]] bool lacksSecondAnalysis() const;
  [[nodiscard]] bool lacksTarget(ModelSlot) const;
  void stopped();
  void report(const Error&);

  Session& session_;
  JobRunner& jobs_;
};

}  // namespace filterlens
