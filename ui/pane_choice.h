// Choosing one of the open panes, of either model, to compare another one with.
#pragma once

#include <QMenu>
#include <functional>
#include <vector>

#include "ui/session.h"

namespace filterlens {

/// All panes in their order, those of the second model after those of the first; the photo once.
std::vector<ComparedPane> openPanes(const Session&);

/// What a pane is compared with where nobody says so: the same pane of the other model where that
/// has a map, or else the next pane with a map.
ComparedPane usualPartner(const Session&, int index, ModelSlot);

/// Lists the open panes when it opens.
class PaneChoiceMenu : public QMenu {
  Q_OBJECT

 public:
  using Chosen = std::function<void(const ComparedPane&)>;
  /// current: the pane that is checked; left: one that is not offered. Either may be none.
  struct Marks {
    std::optional<ComparedPane> current;
    std::optional<ComparedPane> left;
  };
  PaneChoiceMenu(Session&, std::function<Marks()>, Chosen, QWidget* parent = nullptr);

 private:
  void fill();

  Session& session_;
  std::function<Marks()> marks_;
  Chosen chosen_;
};

}  // namespace filterlens
