#include "ui/layout_presets.h"

#include <algorithm>

namespace filterlens {
namespace {

constexpr auto kPutBack = "preset";

QString asLabel(QString name) { return name.replace(QLatin1Char('&'), QLatin1String("&&")); }

}  // namespace

LayoutPresets::LayoutPresets(Session& session, UserLayouts layouts, NameLine& nameLine,
                             MessageBar& messages, QWidget* window)
    : QObject(window),
      session_(session),
      layouts_(std::move(layouts)),
      nameLine_(nameLine),
      messages_(messages),
      menu_(new QMenu(window)) {
  connect(menu_, &QMenu::aboutToShow, this, &LayoutPresets::fill);
}

void LayoutPresets::fill() {
  menu_->clear();
  qDeleteAll(menu_->findChildren<QMenu*>(Qt::FindDirectChildrenOnly));  // those of the last time
  const auto layouts = layouts_.read();
  if (!layouts) messages_.showProblem(QString::fromStdString(layouts.error().sentence));
  if (!layouts || layouts->empty()) {
    menu_->addAction(tr("Nothing saved yet"))->setEnabled(false);
    return;
  }
  for (const auto& [name, layout] : *layouts) {
    menu_->addAction(asLabel(name), this, [this, layout = layout] { session_.setLayout(layout); });
  }
  menu_->addSeparator();
  QMenu* removed = menu_->addMenu(tr("Remove"));
  for (const NamedLayout& layout : *layouts) {
    removed->addAction(asLabel(layout.name), this, [this, layout] { remove(layout); });
  }
}

void LayoutPresets::askForName() {
  nameLine_.ask(tr("Name of the preset:"), tr("Save"), [this](const QString& name) { save(name); });
}

void LayoutPresets::save(const QString& name) {
  const auto before = layouts_.read();
  const bool replaces = before && std::any_of(before->begin(), before->end(),
                                              [&](const auto& one) { return one.name == name; });
  if (!check(layouts_.save({name, session_.choices().layout}))) return;
  messages_.showResult(replaces ? tr("Replaced the preset “%1”.").arg(name)
                                : tr("Saved these panes as the preset “%1”.").arg(name));
}

void LayoutPresets::remove(const NamedLayout& layout) {
  if (!check(layouts_.remove(layout.name))) return;
  messages_.showOffer(QLatin1String(kPutBack),
                      {tr("Removed the preset “%1”.").arg(layout.name), tr("Put it back"),
                       [this, layout] { check(layouts_.save(layout)); }, [] {}});
}

bool LayoutPresets::check(const Result<void>& result) {
  if (!result) messages_.showProblem(QString::fromStdString(result.error().sentence));
  return result.ok();
}

}  // namespace filterlens
