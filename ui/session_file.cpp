#include "ui/session_file.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "core/export/command_words.h"
#include "core/export/whole_file.h"
#include "core/image/photo_files.h"
#include "ui/choices_json.h"
#include "ui/session.h"
#include "ui/text.h"

namespace filterlens {
namespace {

namespace fs = std::filesystem;

constexpr int kVersion = 1;
constexpr qint64 kMostBytes = 64 << 20;
constexpr double kLargestZoom = 1e4;

/// Finds a file again that lay in or near the folder `then`, which may now be `now`.
class Finder {
 public:
  Finder(fs::path then, fs::path now) : then_(std::move(then)), now_(std::move(now)) {}

  [[nodiscard]] fs::path operator()(const QJsonValue& value) const {
    fs::path path = toPath(value.toString());
    std::error_code ignored;
    if (path.empty() || then_ == now_ || fs::exists(path, ignored)) return path;
    const fs::path moved = (now_ / path.lexically_relative(then_)).lexically_normal();
    return fs::exists(moved, ignored) ? moved : path;
  }

 private:
  fs::path then_;
  fs::path now_;
};

QJsonObject viewJson(const ViewState& view) {
  return {{QStringLiteral("x"), view.centre.x()},
          {QStringLiteral("y"), view.centre.y()},
          {QStringLiteral("zoom"), view.zoom}};
}

ViewState viewFrom(const QJsonObject& json) {
  ViewState view;
  view.centre = {json[QLatin1String("x")].toDouble(0.5), json[QLatin1String("y")].toDouble(0.5)};
  view.zoom = std::min(json[QLatin1String("zoom")].toDouble(1), kLargestZoom);
  return view;
}

Error cannotRead(const fs::path& path, const std::string& reason) {
  return {"The session " + path.string() + " could not be opened: " + reason + "."};
}

}  // namespace

bool looksLikeSession(const fs::path& path) {
  constexpr std::array<std::string_view, 1> kExtensions{".flens"};
  return hasExtension(path, kExtensions);
}

SavedSession savedFrom(const Session& session, const ViewState& view) {
  SavedSession saved;
  saved.photos = session.photos().paths();
  if (!session.photos().empty()) saved.photo = session.photos().current();
  if (const ModelInfo* info = session.modelInfo()) saved.model = info->path;
  if (const ModelInfo* info = session.modelInfo(ModelSlot::Second)) saved.secondModel = info->path;
  saved.choices = session.choices();
  saved.view = {view.centre, view.zoom, std::nullopt};
  return saved;
}

Result<void> writeSession(const fs::path& file, const SavedSession& saved) {
  const auto text = [](const fs::path& path) {
    return path.empty() ? QString() : fromPath(fullPath(path));
  };
  QJsonArray photos;
  for (const auto& photo : saved.photos) photos.append(text(photo));
  const QJsonObject json{{QStringLiteral("flens"), kVersion},
                         {QStringLiteral("folder"), text(fullPath(file).parent_path())},
                         {QStringLiteral("photos"), photos},
                         {QStringLiteral("photo"), text(saved.photo)},
                         {QStringLiteral("model"), text(saved.model)},
                         {QStringLiteral("secondModel"), text(saved.secondModel)},
                         {QStringLiteral("choices"), choicesJson(saved.choices)},
                         {QStringLiteral("view"), viewJson(saved.view)}};
  return writeWhole(file, QJsonDocument(json).toJson().toStdString());
}

Result<SavedSession> readSession(const fs::path& path) {
  QFile file(fromPath(path));
  if (!file.open(QIODevice::ReadOnly)) return cannotRead(path, file.errorString().toStdString());
  if (file.size() > kMostBytes) return cannotRead(path, "it is too large for a session");
  QJsonParseError problem;
  const QJsonObject json = QJsonDocument::fromJson(file.readAll(), &problem).object();
  if (problem.error != QJsonParseError::NoError) {
    return cannotRead(path, "it holds no JSON (" + problem.errorString().toStdString() + ")");
  }
  const int version = json[QLatin1String("flens")].toInt();
  if (version < 1) return cannotRead(path, "it is not a session of FilterLens");
  if (version > kVersion) return cannotRead(path, "a newer version of FilterLens has written it");

  const Finder find(toPath(json[QLatin1String("folder")].toString()), fullPath(path).parent_path());
  SavedSession saved;
  for (const QJsonValue photo : json[QLatin1String("photos")].toArray()) {
    saved.photos.push_back(find(photo));
  }
  saved.photo = find(json[QLatin1String("photo")]);
  saved.model = find(json[QLatin1String("model")]);
  saved.secondModel = find(json[QLatin1String("secondModel")]);
  saved.choices = choicesFrom(json[QLatin1String("choices")].toObject());
  saved.view = viewFrom(json[QLatin1String("view")].toObject());
  return saved;
}

}  // namespace filterlens
