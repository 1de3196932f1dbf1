// CursorPanel: the values of all panes at the cursor.
#pragma once

#include <QLabel>
#include <QTableView>

#include "ui/cursor_model.h"
#include "ui/panel.h"

namespace filterlens {

class CursorPanel : public Panel {
  Q_OBJECT

 public:
  CursorPanel(Session&, ViewLink&, QWidget* parent = nullptr);

  [[nodiscard]] QTableView* table() const { return table_; }

 private:
  CursorModel* values_;
  QTableView* table_;
  QLabel* hint_;
};

}  // namespace filterlens
