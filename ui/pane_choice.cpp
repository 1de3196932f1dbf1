#include "ui/pane_choice.h"

#include <algorithm>

#include "ui/pane_title.h"

namespace filterlens {

std::vector<ComparedPane> openPanes(const Session& session) {
  std::vector<ComparedPane> open;
  for (const ModelSlot slot : kModelSlots) {
    if (slot == ModelSlot::Second && !session.hasSecondModel()) continue;
    for (const PaneSpec& pane : session.choices().layout.panes) {
      const bool again = slot == ModelSlot::Second && pane.method == kPhotoMethod;
      if (!again) open.push_back({pane, slot});
    }
  }
  return open;
}

ComparedPane usualPartner(const Session& session, int index, ModelSlot slot) {
  const auto& panes = session.choices().layout.panes;
  const auto at = static_cast<std::size_t>(index);
  const auto other = slot == ModelSlot::First ? ModelSlot::Second : ModelSlot::First;
  if (session.requestFor(panes[at], other)) return {panes[at], other};
  std::size_t next = at + 1;
  while (panes[next % panes.size()].method == kPhotoMethod && next < at + panes.size()) ++next;
  return {panes[next % panes.size()], slot};
}

PaneChoiceMenu::PaneChoiceMenu(Session& session, std::function<Marks()> marks, Chosen chosen,
                               QWidget* parent)
    : QMenu(parent), session_(session), marks_(std::move(marks)), chosen_(std::move(chosen)) {
  connect(this, &QMenu::aboutToShow, this, &PaneChoiceMenu::fill);
}

void PaneChoiceMenu::fill() {
  clear();
  const Marks marks = marks_();
  for (const ComparedPane& pane : openPanes(session_)) {
    if (pane == marks.left) continue;
    QString title = paneTitle(session_, pane);
    title.replace(QLatin1Char('&'), QLatin1String("&&"));
    auto* entry = addAction(title, this, [this, pane] { chosen_(pane); });
    entry->setCheckable(marks.current.has_value());
    entry->setChecked(pane == marks.current);
  }
  if (isEmpty()) addAction(tr("There is no other pane."))->setEnabled(false);
}

}  // namespace filterlens
