#include "ui/pane.h"

#include <QContextMenuEvent>
#include <QVBoxLayout>
#include <QWhatsThis>

#include "core/explain/inspected_cell.h"
#include "core/export/provenance.h"
#include "ui/cell_picker.h"
#include "ui/display_changes.h"
#include "ui/inspection.h"
#include "ui/map_title.h"
#include "ui/pane_title.h"
#include "ui/readout.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

QString paragraphs(const QStringList& texts) {
  return QStringLiteral("<p>%1</p>").arg(texts.join(QStringLiteral("</p><p>")));
}

}  // namespace

Pane::Pane(Session& session, ViewLink& link, int index, ModelSlot slot, QWidget* parent)
    : QWidget(parent),
      session_(session),
      link_(link),
      index_(index),
      slot_(slot),
      frameOf_(slot),
      header_(new PaneHeader(this)),
      view_(new ImageView(link, this)),
      bar_(new ColorBar(this)),
      menu_(new PaneMenu(session, index, slot, this)),
      brush_(new CellBrush(*view_, link)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(theme::kStep / 2);
  column->addWidget(header_);
  column->addWidget(view_, 1);
  column->addWidget(bar_);
  connect(header_, &PaneHeader::clicked, this,
          [this] { menu_->popup(header_->mapToGlobal(QPoint(0, header_->height()))); });
  connect(menu_, &PaneMenu::helpWanted, this,
          [this] { QWhatsThis::showText(view_->mapToGlobal(QPoint(0, 0)), whatsThis(), view_); });
  connect(menu_, &PaneMenu::linkWanted, this, &Pane::setLinked);
  connect(view_, &ImageView::ownViewMoved, this,
          [this](const PaneView& view) { session_.setPaneView(index_, view); });
  connect(bar_, &ColorBar::rangeDragged, this, [this](const ValueRange& range) {
    setFixedRange(session_, {index_, slot_}, range);
  });
  connect(bar_, &ColorBar::rangeReset, this, [this] {
    setFixedRange(session_, {index_, slot_}, std::nullopt);
  });
  connect(&link_, &ViewLink::cursorChanged, this, &Pane::showReadout);
  new CellPicker(session_, *view_, [this] { return map_; });
  connect(brush_, &CellBrush::painted, this, &Pane::forceCells);
  for (const auto signal : {&Session::whatIfChanged, &Session::brushingChanged}) {
    connect(&session_, signal, this, &Pane::refreshBrush);
  }
}

const PaneSpec& Pane::spec() const {
  return session_.choices().layout.panes[static_cast<std::size_t>(index_)];
}

void Pane::refresh() {
  const auto& analysis = session_.analysis(slot_);
  const bool framesOther = spec().method == kPhotoMethod && session_.analysis(frameOf_);
  const auto& placed = framesOther ? session_.analysis(frameOf_) : analysis;
  view_->setPhoto(session_.photo());
  view_->setPlacement(placed ? std::optional(placed->placement) : std::nullopt);
  const auto inspected = session_.inspectedIn(slot_);
  view_->setInspected(analysis && inspected ? photoRectOf(*analysis, *inspected) : std::nullopt);
  view_->setOpacity(session_.displayOf(spec()).opacity);
  view_->setOwnView(spec().view);
  if (spec().method == kPhotoMethod) {
    showPhoto();
  } else {
    showMap();
  }
  const QStringList title = titleParts(session_, {spec(), slot_}, map_.get());
  const qsizetype named = session_.hasSecondModel() ? 2 : 1;  // the mark, and the method
  header_->setTitle(title.mid(0, named).join(QStringLiteral(" · ")), joinedTitle(title.mid(named)));
  header_->setAccessibleName(tr("Pane: %1").arg(header_->text()));
  view_->setAccessibleName(header_->text());
  describe();
  showReadout();
  refreshBrush();
}

void Pane::setFrameOf(ModelSlot slot) {
  if (slot == frameOf_) return;
  frameOf_ = slot;
  refresh();
}

// A pane of a layer that selects tokens can be brushed, whatever its method.
void Pane::refreshBrush() {
  const auto& analysis = session_.analysis();
  const bool changeable = map_ && analysis && slot_ == ModelSlot::First;
  const int index = changeable ? analysis->trace.findLayer(map_->layer) : -1;
  const LayerTrace* layer =
      index < 0 ? nullptr : &analysis->trace.layers[static_cast<std::size_t>(index)];
  const bool selects = layer && !layer->selection.empty();
  brush_->setLayer(selects ? std::optional(BrushedLayer{layer->inputGeometry, analysis->placement})
                           : std::nullopt);
  brush_->setBrushing(session_.isBrushing() && !session_.isBeforeShown());
  if (!selects) return;
  const auto& change = interventionIn(session_.choices().whatIf, layer->name);
  brush_->setCells(session_.isBeforeShown() ? ForcedCells()
                                            : ForcedCells{change.forcedIn, change.forcedOut});
  brush_->update();  // the pane's own view may have moved
}

void Pane::forceCells(const ForcedCells& cells) {
  if (!map_) return;
  Interventions next = session_.choices().whatIf;
  Intervention& change = next[map_->layer];
  change.forcedIn = cells.in;
  change.forcedOut = cells.out;
  session_.setWhatIf(std::move(next));
}

void Pane::showPhoto() {
  map_.reset();
  view_->setMap(std::nullopt);
  view_->setInputFrameShown(true);
  const auto& photo = session_.photo();
  view_->setMessage(photo ? QString() : tr("Reading the photo…"));
  if (!photo) return bar_->setCaption({});
  const QSize size = photo->pyramid.size();
  const QString pixels = tr("%1 × %2 px").arg(size.width()).arg(size.height());
  bar_->setCaption(session_.analysis(slot_) ? tr("%1 · dashed: what the network sees").arg(pixels)
                                            : pixels);
}

// While a map is being computed, the one before it stays, so that nothing flickers.
void Pane::showMap() {
  const MapResult* result = session_.mapFor(spec(), slot_);
  const bool pending = !result && session_.requestFor(spec(), slot_);
  if (result && result->ok()) {
    map_ = **result;
  } else if (!pending) {
    map_.reset();
  }
  view_->setInputFrameShown(false);
  view_->setMessage(emptyMessage(result));
  if (map_) {
    const MapStyle style = session_.styleOf(spec(), map_);
    view_->setMap(shownMap(map_, style));
    bar_->setScale(style, map_->scale, rangeCaptions(style));
  } else {
    view_->setMap(std::nullopt);
    bar_->setCaption({});
  }
}

QString Pane::emptyMessage(const MapResult* result) const {
  if (!session_.photo()) return tr("Reading the photo…");
  if (result && !result->ok()) return QString::fromStdString(result->error().sentence);
  if (result) {
    const ValueRange range = finiteRange((**result)->values);
    return range.low == range.high ? QString::fromStdString((**result)->note) : QString();
  }
  return whyNoMap(session_, {spec(), slot_});
}

/// Where the range comes from, in fewer and fewer words.
QStringList Pane::rangeCaptions(const MapStyle& style) const {
  QStringList captions = filterlens::rangeCaptions(style, *map_);
  if (spec().display) captions.prepend(tr("%1, display of its own").arg(captions.front()));
  return captions;
}

/// Where the cursor is, in fewer and fewer words.
QStringList Pane::placeTexts(QPointF at) const {
  const auto& analysis = session_.analysis(slot_);
  const auto readout = map_ && analysis ? readoutAt(*map_, analysis->placement, at) : std::nullopt;
  const QString pixel =
      tr("x %1  y %2").arg(static_cast<int>(at.x())).arg(static_cast<int>(at.y()));
  if (!readout) return {pixel};
  QString cell = tr("(%1, %2)").arg(readout->row).arg(readout->col);
  const int layer = analysis->trace.findLayer(map_->layer);
  const auto rank = layer < 0 ? std::nullopt
                              : rankAt(analysis->trace.layers[static_cast<std::size_t>(layer)],
                                       analysis->placement, at);
  if (rank && map_->scale != HeatmapScale::Ranks) cell = tr("%1 · rank %2").arg(cell).arg(*rank);
  return {tr("%1 · cell %2").arg(pixel, cell), tr("%1 · %2").arg(pixel, cell),
          tr("cell %1").arg(cell), cell};
}

void Pane::describe() {
  const Explainer* method = findExplainer(spec().method);
  QStringList sentences;
  if (!method) {
    sentences << tr("The photo as it is; the dashed frame holds what the network is given.");
  } else {
    sentences << fromUtf8(method->help) << fromUtf8(method->limits) << fromUtf8(method->source);
    if (map_ && !map_->note.empty()) sentences << QString::fromStdString(map_->note);
    const auto& analysis = session_.analysis(slot_);
    if (map_ && analysis && session_.model(slot_)) {
      sentences << QString::fromStdString(provenance(
          *map_, *session_.modelInfo(slot_), analysis->trace.seed, analysis->trace.interventions));
    }
  }
  if (session_.hasSecondModel()) {
    sentences << tr("%1 is the model %2.").arg(modelMark(slot_), modelName(session_, slot_));
  }
  const QString title = QStringLiteral("<b>%1</b>").arg(header_->text().toHtmlEscaped());
  QStringList more;
  for (const QString& sentence : sentences) more << sentence.toHtmlEscaped();
  setWhatsThis(paragraphs(QStringList(title) + more));
  header_->setToolTip(paragraphs({title, more.front(), tr("Shift+F1 and a click say more.")}));
  view_->setAccessibleDescription(sentences.front());
}

void Pane::showReadout() {
  const auto& cursor = link_.state().cursor;
  const auto& analysis = session_.analysis(slot_);
  QString value;
  QString spoken;
  QStringList places;
  if (cursor && session_.photo()) {
    const QSize size = session_.photo()->pyramid.size();
    const QPointF at(cursor->x() * size.width(), cursor->y() * size.height());
    const QString place =
        tr("x %1  y %2").arg(static_cast<int>(at.x())).arg(static_cast<int>(at.y()));
    const auto readout =
        map_ && analysis ? readoutAt(*map_, analysis->placement, at) : std::nullopt;
    value = readout ? readout->brief : map_ ? QString() : place;
    places = placeTexts(at);
    spoken = readout ? tr("%1, cell (%2, %3): %4")
                           .arg(place)
                           .arg(readout->row)
                           .arg(readout->col)
                           .arg(readout->value)
                     : place;
  }
  if (value.isEmpty() && map_) value = QString::fromStdString(map_->brief);
  header_->setValue(value);
  bar_->setPlace(places);
  view_->setReadout(spoken);
}

void Pane::setLinked(bool linked) {
  session_.setPaneView(index_, linked ? std::nullopt : std::optional(view_->standingView()));
}

void Pane::contextMenuEvent(QContextMenuEvent* event) { menu_->popup(event->globalPos()); }

}  // namespace filterlens
