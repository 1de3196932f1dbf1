#include "ui/pane_menu.h"

#include <QActionGroup>

#include "ui/display_changes.h"
#include "ui/layouts.h"
#include "ui/text.h"

namespace filterlens {

namespace {

/// One entry of a menu is checked.
QActionGroup* groupOf(QMenu* menu) {
  auto* group = menu->findChild<QActionGroup*>(QString(), Qt::FindDirectChildrenOnly);
  return group ? group : new QActionGroup(menu);
}

}  // namespace

PaneMenu::PaneMenu(Session& session, int index, QWidget* parent)
    : QMenu(parent), session_(session), index_(index) {
  setToolTipsVisible(true);
  connect(this, &QMenu::aboutToShow, this, &PaneMenu::fill);
}

const PaneSpec& PaneMenu::spec() const {
  return session_.choices().layout.panes[static_cast<std::size_t>(index_)];
}

void PaneMenu::fill() {
  clear();
  qDeleteAll(findChildren<QMenu*>(Qt::FindDirectChildrenOnly));  // those of the last time
  addMethods();
  const Explainer* method = findExplainer(spec().method);
  if (method && session_.analysis()) {
    addSeparator();
    addLayers(*method);
    for (const ParameterSpec& parameter : method->parameters) {
      if (parameter.isChoice()) addParameter(parameter);
    }
  }
  addSeparator();
  addOwnWays();
  addSeparator();
  addPlaces();
  addSeparator();
  addAction(tr("What does this show?"), this, &PaneMenu::helpWanted);
}

QAction* PaneMenu::add(QMenu* menu, const QString& label, const PaneSpec& next) {
  auto* action = menu->addAction(label, this, [this, next] { session_.setPane(index_, next); });
  action->setCheckable(true);
  action->setChecked(next == spec());
  groupOf(menu)->addAction(action);
  return action;
}

void PaneMenu::addMethods() {
  const auto addMethod = [&](const QString& label, std::string_view id) {
    PaneSpec next = spec();
    if (next.method != id) next.parameters = {};
    next.method = id;
    return add(this, label, next);
  };
  addMethod(tr("Photo"), kPhotoMethod);
  for (const Explainer& method : explainers()) {
    auto* action = addMethod(fromUtf8(method.label), method.id);
    action->setToolTip(fromUtf8(method.help));
    const bool fits = session_.layerOf({std::string(method.id), {}}).has_value();
    action->setEnabled(!session_.analysis() || fits);
  }
}

void PaneMenu::addLayers(const Explainer& method) {
  auto* menu = addMenu(tr("Layer"));
  const auto addLayer = [&](const QString& label, const std::string& layer) {
    PaneSpec next = spec();
    next.layer = layer;
    add(menu, label, next);
  };
  addLayer(tr("Chosen in the network list"), {});
  const Trace& trace = session_.analysis()->trace;
  if (method.appliesTo(trace, kInputLayer)) addLayer(tr("Input"), "input");
  for (int layer = 0; layer < static_cast<int>(trace.layers.size()); ++layer) {
    if (!method.appliesTo(trace, layer)) continue;
    const auto& recorded = trace.layers[static_cast<std::size_t>(layer)];
    addLayer(tr("%1 · %2").arg(blockLabel(*session_.network(), recorded.name),
                               kindText(recorded.stage->kind)),
             recorded.name);
  }
}

void PaneMenu::addOwnWays() {
  auto* linked = addAction(tr("Linked zoom and pan"), this, &PaneMenu::linkWanted);
  linked->setCheckable(true);
  linked->setChecked(!spec().view);
  linked->setToolTip(
      tr("Shows the place that the other panes show. With Alt held, the mouse moves "
         "this pane alone, and it stays that far from the others."));
  auto* own = addAction(tr("Display of its own"), this,
                        [this](bool wanted) { setOwnDisplay(session_, index_, wanted); });
  own->setCheckable(true);
  own->setChecked(spec().display.has_value());
  own->setEnabled(spec().method != kPhotoMethod);
  own->setToolTip(
      tr("Colours, range and marks of this pane no longer change with those of the "
         "others."));
}

void PaneMenu::addPlaces() {
  const PaneLayout& layout = session_.choices().layout;
  const auto addChange = [&](const QString& label, PaneLayout (*changed)(PaneLayout, int)) {
    return addAction(label, this, [this, changed] {
      session_.setLayout(changed(session_.choices().layout, index_));
    });
  };
  addChange(tr("Add a pane like this"), withPaneAdded);
  addChange(tr("Remove this pane"), withPaneRemoved)->setEnabled(layout.panes.size() > 1);
  addChange(layout.alone ? tr("Show all panes") : tr("Show this pane alone"), withPaneToggledAlone)
      ->setEnabled(layout.panes.size() > 1);
}

void PaneMenu::addParameter(const ParameterSpec& parameter) {
  auto* menu = addMenu(fromUtf8(parameter.label));
  menu->setToolTipsVisible(true);
  for (const std::string_view choice : parameter.choices) {
    PaneSpec next = spec();
    Parameters others;  // the default is left unsaid
    for (const auto& [id, value] : spec().parameters.choices()) {
      if (id != parameter.id) others.set(id, std::string_view(value));
    }
    if (choice != parameter.choices.front()) others.set(parameter.id, choice);
    next.parameters = others;
    add(menu, fromUtf8(choice), next)->setToolTip(fromUtf8(parameter.help));
  }
}

}  // namespace filterlens
