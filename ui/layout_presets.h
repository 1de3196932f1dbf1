// LayoutPresets: what the commands about the user's own layouts do: save, show, remove.
#pragma once

#include <QMenu>
#include <QObject>

#include "ui/message_bar.h"
#include "ui/name_line.h"
#include "ui/session.h"
#include "ui/user_layouts.h"

namespace filterlens {

class LayoutPresets : public QObject {
  Q_OBJECT

 public:
  LayoutPresets(Session&, UserLayouts, NameLine&, MessageBar&, QWidget* window);

  /// The user's layouts by name; filled when it opens.
  [[nodiscard]] QMenu* menu() const { return menu_; }
  void askForName();

 private:
  void fill();
  void save(const QString& name);
  void remove(const NamedLayout&);
  /// Says what went wrong, if anything did.
  bool check(const Result<void>&);

  Session& session_;
  UserLayouts layouts_;
  NameLine& nameLine_;
  MessageBar& messages_;
  QMenu* menu_;
};

}  // namespace filterlens
