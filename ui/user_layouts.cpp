#include "ui/user_layouts.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QStandardPaths>
#include <algorithm>

#include "core/export/whole_file.h"
#include "ui/choices_json.h"
#include "ui/text.h"

namespace filterlens {
namespace {

constexpr qint64 kMostBytes = 4 << 20;
constexpr std::size_t kMostLayouts = 200;

}  // namespace

std::filesystem::path UserLayouts::usualFile() {
  return toPath(QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) +
                QStringLiteral("/FilterLens/layouts.json"));
}

Result<std::vector<NamedLayout>> UserLayouts::read() const {
  QFile file(fromPath(file_));
  if (!file.exists()) return std::vector<NamedLayout>();
  QJsonParseError problem;
  problem.error = QJsonParseError::IllegalValue;
  QJsonDocument json;
  if (file.open(QIODevice::ReadOnly) && file.size() <= kMostBytes) {
    json = QJsonDocument::fromJson(file.readAll(), &problem);
  }
  if (problem.error != QJsonParseError::NoError) {
    return Error{"Your layouts in " + file_.string() +
                 " could not be read. Mend the file or move it away."};
  }
  std::vector<NamedLayout> layouts;
  for (const QJsonValue value : json.object()[QLatin1String("layouts")].toArray()) {
    const QString name = value[QLatin1String("name")].toString().simplified();
    if (name.isEmpty() || layouts.size() == kMostLayouts) continue;
    NamedLayout layout{name, layoutFrom(value[QLatin1String("layout")].toObject())};
    layout.layout.alone.reset();
    layouts.push_back(std::move(layout));
  }
  return layouts;
}

Result<void> UserLayouts::save(const NamedLayout& layout) const {
  auto layouts = read();
  if (!layouts) return layouts.error();
  std::erase_if(*layouts, [&](const NamedLayout& known) { return known.name == layout.name; });
  layouts->push_back(layout);
  layouts->back().layout.alone.reset();
  std::sort(layouts->begin(), layouts->end(), [](const NamedLayout& a, const NamedLayout& b) {
    return QString::localeAwareCompare(a.name, b.name) < 0;
  });
  return write(*layouts);
}

Result<void> UserLayouts::remove(const QString& name) const {
  auto layouts = read();
  if (!layouts) return layouts.error();
  std::erase_if(*layouts, [&](const NamedLayout& known) { return known.name == name; });
  return write(*layouts);
}

Result<void> UserLayouts::write(const std::vector<NamedLayout>& layouts) const {
  QJsonArray array;
  for (const auto& [name, layout] : layouts) {
    array.append(QJsonObject{{QStringLiteral("name"), name},
                             {QStringLiteral("layout"), layoutJson(layout)}});
  }
  std::error_code ignored;
  std::filesystem::create_directories(file_.parent_path(), ignored);
  const QJsonObject json{{QStringLiteral("layouts"), array}};
  return writeWhole(file_, QJsonDocument(json).toJson().toStdString());
}

}  // namespace filterlens
