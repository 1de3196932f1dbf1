// What panes and models are called: the same words in titles, menus, tables and sentences.
#pragma once

#include <QStringList>

#include "ui/session.h"

namespace filterlens {

/// "A" or "B": what stands for a model where two are open.
QString modelMark(ModelSlot);
/// The model's file without its extension; with its folder where the other one has the same name.
QString modelName(const Session&, ModelSlot);

/// The model's mark where two are open · method · whether it is not linked · layer · class · what
/// differs from the method's defaults · seed if drawn by chance. map: what the pane shows; nullptr:
/// nothing yet.
QStringList titleParts(const Session&, const ComparedPane&, const Heatmap* map);
/// The same in one line, for the map that the session has.
QString paneTitle(const Session&, const ComparedPane&);

/// Why a pane has no map and will have none, in a sentence; empty while one may still come.
QString whyNoMap(const Session&, const ComparedPane&);

}  // namespace filterlens
