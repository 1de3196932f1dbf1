// CursorModel: what all panes say about the position under the cursor: two columns, name and value,
// under a line for each layer.
#pragma once

#include <QAbstractTableModel>
#include <vector>

#include "ui/session.h"
#include "ui/view_link.h"

namespace filterlens {

class CursorModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { NameColumn, ValueColumn, ColumnCount };
  enum Role { HeadingRole = Qt::UserRole };  ///< true for the line that opens a layer

  CursorModel(Session&, ViewLink&, QObject* parent = nullptr);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex&, int role) const override;

 private:
  struct Row {
    QString name;
    QString value;
    bool heading = false;
  };

  void update();
  [[nodiscard]] std::vector<Row> rowsAtCursor() const;
  void addRows(ModelSlot, QPointF at, std::vector<Row>&) const;

  Session& session_;
  ViewLink& link_;
  std::vector<Row> rows_;
};

}  // namespace filterlens
