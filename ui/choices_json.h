// Choices as JSON: what session files hold. A member that is missing has its default, and one that
// is not known is passed over, so that files of other versions open too.
#pragma once

#include <QJsonObject>
#include <QStringList>

#include "ui/choices.h"

namespace filterlens {

QJsonObject choicesJson(const Choices&);
Choices choicesFrom(const QJsonObject&);

QJsonObject layoutJson(const PaneLayout&);
/// Always has a pane, and never more than kMostPanes.
PaneLayout layoutFrom(const QJsonObject&);

/// The members that two values do not share, as paths: "display.opacity".
QStringList differences(const Choices&, const Choices&);

}  // namespace filterlens
