// CommandPalette: a line to type into and the commands that fit, from the one table of actions.
#pragma once

#include <QFrame>
#include <QLineEdit>
#include <QListView>
#include <QSortFilterProxyModel>
#include <QStandardItemModel>

#include "ui/actions.h"

namespace filterlens {

class CommandPalette : public QFrame {
  Q_OBJECT

 public:
  CommandPalette(const Actions&, QWidget* window);

  /// Opens it above everything else, with the commands that make sense now.
  void open();
  [[nodiscard]] QLineEdit* line() const { return line_; }
  [[nodiscard]] QListView* list() const { return list_; }

 protected:
  bool eventFilter(QObject*, QEvent*) override;

 private:
  void fill();
  void addEntries(const QString& title, QMenu*);
  void add(QAction*, const QString& text, const QString& help);
  void narrow(const QString& words);
  void run(const QModelIndex&);

  const Actions& actions_;
  QStandardItemModel* commands_;
  QSortFilterProxyModel* fitting_;
  QLineEdit* line_;
  QListView* list_;
};

}  // namespace filterlens
