// The windows of the Help menu. None is modal: work goes on beside them.
#pragma once

#include <QWidget>

#include "ui/actions.h"

namespace filterlens {

/// All keys, from the table of actions, and what the mouse does. Deletes itself when closed.
QWidget* showShortcuts(const Actions&, QWidget* parent);
/// Version, licence, sources. Deletes itself when closed.
QWidget* showAbout(QWidget* parent);

}  // namespace filterlens
