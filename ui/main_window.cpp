#include "ui/main_window.h"

#include <QAbstractButton>
#include <QAbstractSlider>
#include <QApplication>
#include <QComboBox>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QScreen>
#include <QScrollArea>
#include <QVBoxLayout>
#include <QWhatsThis>
#include <iostream>

#include "ui/clipboard.h"
#include "ui/cursor_panel.h"
#include "ui/help_windows.h"
#include "ui/pane_actions.h"
#include "ui/text.h"
#include "ui/theme.h"
#include "ui/what_if_actions.h"

// A static library's resources have to be asked for, from outside any namespace.
static void loadResources() { Q_INIT_RESOURCE(filterlens); }

namespace filterlens {
namespace {

constexpr QSize kFirstSize(1280, 800);
constexpr QSize kSmallestSize(800, 560);
constexpr int kSideWidth = 140;
constexpr int kInspectorWidth = 176;
constexpr int kWhatIfWidth = 248;
constexpr double kZoomStep = 1.5;
constexpr int kLookMs = 400;  // a key that is held for so long is let go of, not pressed again

}  // namespace

MainWindow::MainWindow(const WindowArguments& arguments)
    : heartbeat_(Heartbeat::wanted(jobs_)), analyst_(session_, jobs_), actions_(new Actions(this)) {
  loadResources();
  setWindowIcon(QIcon(QStringLiteral(":/icons/filterlens.png")));
  build();
  workbench_ = std::make_unique<Workbench>(
      Workbench::Parts{session_, link_, jobs_, analyst_, *actions_, *grid_, *compare_, *messages_},
      this);
  measures_ = new MeasurePanel(session_, jobs_, this);
  connectFileActions();
  connectModelActions();
  connectViewActions();
  connectPaneActions(*actions_, session_, *grid_);
  connectWhatIfActions(*actions_, session_);
  connect((*actions_)[ActionId::ShowBefore], &QAction::triggered, this,
          [this] { beforeHeld_.start(); });
  connectMessages();
  setAcceptDrops(true);
  connect(this, &MainWindow::painted, this, &MainWindow::begin, Qt::QueuedConnection);
  qApp->installEventFilter(this);
  resize(kFirstSize.boundedTo(screen()->availableSize()));
  setMinimumSize(kSmallestSize);
  arrange();
  updateTitle();
  updateActions();
  if (arguments.model) analyst_.open({*arguments.model});
  if (arguments.secondModel) analyst_.openSecondModel(*arguments.secondModel);
  if (!arguments.photos.empty()) workbench_->open(arguments.photos);
}

// Widgets refer to the session, so they go first.
MainWindow::~MainWindow() {
  qApp->removeEventFilter(this);
  workbench_.reset();
  delete measures_;
  delete takeCentralWidget();
}

void MainWindow::open(const std::vector<std::filesystem::path>& paths) { workbench_->open(paths); }

void MainWindow::build() {
  auto* central = new QWidget(this);
  network_ = new NetworkPanel(session_, central);
  filmstrip_ = new Filmstrip(session_, central);
  side_ = new QWidget(central);
  side_->setFixedWidth(kSideWidth);
  auto* side = new QVBoxLayout(side_);
  side->setContentsMargins(0, 0, 0, 0);
  side->setSpacing(4 * theme::kStep);
  side->addWidget(network_, 2);
  side->addWidget(filmstrip_, 1);
  startPage_ = new StartPage(session_, central);
  grid_ = new ViewGrid(session_, link_, central);
  centre_ = new QStackedWidget(central);
  centre_->addWidget(startPage_);
  centre_->addWidget(grid_);
  compare_ = new CompareView(session_, link_, central);
  centre_->addWidget(compare_);
  inspector_ = makeInspector();
  photoBar_ = new PhotoBar(session_, *actions_, central);
  epochBar_ = new EpochBar(session_, *actions_, central);
  agreement_ = new AgreementPanel(session_, jobs_, central);
  nameLine_ = new NameLine(central);
  messages_ = new MessageBar(central);
  presets_ = new LayoutPresets(session_, UserLayouts(UserLayouts::usualFile()), *nameLine_,
                               *messages_, this);

  auto* pictures = new QVBoxLayout;
  pictures->setSpacing(theme::kStep);
  pictures->addWidget(centre_, 1);
  pictures->addWidget(agreement_);
  auto* row = new QHBoxLayout;
  row->setSpacing(3 * theme::kStep);
  row->addWidget(side_);
  row->addLayout(pictures, 1);
  row->addWidget(inspector_);
  row->addWidget(whatIfColumn_ = makeWhatIf());
  auto* column = new QVBoxLayout(central);
  column->setContentsMargins(3 * theme::kStep, theme::kStep, 3 * theme::kStep, theme::kStep);
  column->setSpacing(theme::kStep);
  column->addWidget(photoBar_);
  column->addWidget(epochBar_);
  column->addLayout(row, 1);
  column->addWidget(nameLine_);
  column->addWidget(messages_);
  setCentralWidget(central);
  actions_->fill(menuBar());
  // What a tooltip says of a control, Shift+F1 says too.
  for (QWidget* widget : central->findChildren<QWidget*>()) {
    if (widget->whatsThis().isEmpty()) widget->setWhatsThis(widget->toolTip());
  }
  dropHint_ = new DropHint(this);
}

// Without a photo, on show or on its way, the start page has the window to itself.
void MainWindow::arrange() {
  const bool photo = session_.photo() || !session_.photos().empty();
  QWidget* pictures = session_.choices().comparison ? static_cast<QWidget*>(compare_) : grid_;
  centre_->setCurrentWidget(photo ? pictures : startPage_);
  photoBar_->setVisible(photo);
  const bool network = photo && (*actions_)[ActionId::NetworkPanel]->isChecked();
  const bool filmstrip =
      session_.photos().size() > 1 && (*actions_)[ActionId::FilmstripPanel]->isChecked();
  network_->setVisible(network);
  filmstrip_->setVisible(filmstrip);
  side_->setVisible(network || filmstrip);
  inspector_->setVisible(photo && (*actions_)[ActionId::InspectorPanel]->isChecked());
  agreement_->setVisible(photo && (*actions_)[ActionId::AgreementTable]->isChecked());
  predictions_->setVisible(!session_.hasSecondModel());
  classes_->setVisible(session_.hasSecondModel());
  whatIfColumn_->setVisible(photo && (*actions_)[ActionId::WhatIfPanel]->isChecked());
}

// It scrolls: a network may have more blocks than the window has room for.
QWidget* MainWindow::makeWhatIf() {
  auto* column = new QScrollArea(this);
  column->setFixedWidth(kWhatIfWidth);
  column->setFrameShape(QFrame::NoFrame);
  column->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  column->setWidgetResizable(true);
  column->setFocusPolicy(Qt::NoFocus);
  auto* content = new QWidget(column);
  auto* rows = new QVBoxLayout(content);
  rows->setContentsMargins(0, 0, 2 * theme::kStep, 0);
  whatIf_ = new WhatIfPanel(session_, (*actions_)[ActionId::BrushCells],
                            (*actions_)[ActionId::ShowBefore], (*actions_)[ActionId::ResetWhatIf],
                            content);
  rows->addWidget(whatIf_);
  rows->addStretch(1);
  column->setWidget(content);
  return column;
}

QWidget* MainWindow::makeInspector() {
  auto* inspector = new QWidget(this);
  inspector->setFixedWidth(kInspectorWidth);
  predictions_ = new PredictionPanel(session_, inspector);
  classes_ = new ClassComparisonPanel(session_, inspector);
  display_ = new DisplayPanel(session_, inspector);
  auto* column = new QVBoxLayout(inspector);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(4 * theme::kStep);
  column->addWidget(predictions_);
  column->addWidget(classes_);
  column->addWidget(new CursorPanel(session_, link_, inspector), 1);
  column->addWidget(display_);
  return inspector;
}

void MainWindow::connectFileActions() {
  actions_->onTriggered(ActionId::OpenPhotos, [this] { choosePhotos(); });
  actions_->onTriggered(ActionId::OpenFolder, [this] { chooseFolder(); });
  actions_->onTriggered(ActionId::Quit, [this] { close(); });
  actions_->onTriggered(ActionId::PreviousPhoto, [this] { analyst_.stepPhoto(-1); });
  actions_->onTriggered(ActionId::NextPhoto, [this] { analyst_.stepPhoto(1); });
  connect(filmstrip_, &Filmstrip::chosen, &analyst_, &Analyst::goToPhoto);
  for (const auto& [action, by] :
       {std::pair{ActionId::PreviousEpoch, -1}, std::pair{ActionId::NextEpoch, 1}}) {
    actions_->onTriggered(
        action, [this, by = by] { analyst_.chooseEpoch(session_.epochs().index() + by); });
  }
  connect(epochBar_, &EpochBar::chosen, &analyst_, &Analyst::chooseEpoch);
  actions_->onTriggered(ActionId::PreviousLayer, [this] { stepLayer(-1); });
  actions_->onTriggered(ActionId::NextLayer, [this] { stepLayer(1); });
  actions_->onTriggered(ActionId::MostProbableTarget, [this] { session_.setTarget(std::nullopt); });
  actions_->onTriggered(ActionId::AnalyseAgain, [this] { analyst_.analyseAgain(); });
  actions_->onTriggered(ActionId::MeasureMap, [this] {
    const Pane* pane = grid_->currentPane();
    measures_->measure(pane->map(), pane->slot());
  });
  actions_->onTriggered(ActionId::Cancel, [this] { jobs_.cancelAll(); });
  actions_->onTriggered(ActionId::Shortcuts, [this] { showShortcuts(*actions_, this); });
  actions_->onTriggered(ActionId::WhatsThis, [] { QWhatsThis::enterWhatsThisMode(); });
  actions_->onTriggered(ActionId::About, [this] { showAbout(this); });
  connect(startPage_->photosButton(), &QPushButton::clicked, this, &MainWindow::choosePhotos);
  for (const QPushButton* button : {startPage_->modelButton(), network_->openButton()}) {
    connect(button, &QPushButton::clicked, this, [this] { chooseModel(ModelSlot::First); });
  }
}

void MainWindow::connectModelActions() {
  actions_->onTriggered(ActionId::OpenModel, [this] { chooseModel(ModelSlot::First); });
  actions_->onTriggered(ActionId::OpenSecondModel, [this] { chooseModel(ModelSlot::Second); });
  actions_->onTriggered(ActionId::KeepAsSecondModel, [this] { analyst_.keepAsSecondModel(); });
  actions_->onTriggered(ActionId::SwapModels, [this] { analyst_.swapModels(); });
  actions_->onTriggered(ActionId::CloseSecondModel, [this] { analyst_.closeSecondModel(); });
}

void MainWindow::connectViewActions() {
  actions_->onTriggered(ActionId::ZoomIn, [this] { currentView()->zoomBy(kZoomStep); });
  actions_->onTriggered(ActionId::ZoomOut, [this] { currentView()->zoomBy(1 / kZoomStep); });
  actions_->onTriggered(ActionId::Fit, [this] { currentView()->fit(); });
  actions_->onTriggered(ActionId::ActualSize,
                        [this] { currentView()->zoomToScale(1 / devicePixelRatioF()); });
  for (const ActionId panel : {ActionId::NetworkPanel, ActionId::FilmstripPanel,
                               ActionId::InspectorPanel, ActionId::WhatIfPanel}) {
    (*actions_)[panel]->setChecked(panel != ActionId::WhatIfPanel);
    connect((*actions_)[panel], &QAction::toggled, this, &MainWindow::arrange);
  }
  connect((*actions_)[ActionId::AgreementTable], &QAction::toggled, this, [this](bool shown) {
    arrange();
    if (shown) agreement_->table()->setFocus();
  });
  actions_->setMenu(ActionId::UserLayoutsMenu, presets_->menu());
  actions_->onTriggered(ActionId::SaveLayout, [this] { presets_->askForName(); });
  connect(&session_, &Session::photoChanged, &link_, &ViewLink::fit);

  connect(grid_, &ViewGrid::currentChanged, display_, &DisplayPanel::setPane);
  QAction* smooth = (*actions_)[ActionId::SmoothMaps];
  connect(smooth, &QAction::toggled, display_->smooth(), &QAbstractButton::setChecked);
  connect(display_->smooth(), &QAbstractButton::toggled, smooth, &QAction::setChecked);
  const auto showSmooth = [smooth, this] { smooth->setChecked(display_->smooth()->isChecked()); };
  connect(&session_, &Session::displayChanged, this, showSmooth);
  connect(grid_, &ViewGrid::currentChanged, this, showSmooth);
  showSmooth();
}

void MainWindow::connectMessages() {
  connect(&analyst_, &Analyst::failed, this, &MainWindow::failed);
  connect(this, &MainWindow::failed, messages_, &MessageBar::showProblem);
  connect(&analyst_, &Analyst::done, messages_, &MessageBar::showResult);
  connect(&jobs_, &JobRunner::busyChanged, messages_, &MessageBar::setBusy);
  connect(&jobs_, &JobRunner::progressed, messages_, &MessageBar::showProgress);
  connect(messages_, &MessageBar::cancelClicked, &jobs_, &JobRunner::cancelAll);
  connect(&jobs_, &JobRunner::busyChanged, this, &MainWindow::updateActions);
  for (const auto signal :
       {&Session::photosChanged, &Session::epochsChanged, &Session::photoChanged,
        &Session::modelChanged, &Session::secondModelChanged, &Session::analysisChanged,
        &Session::mapsChanged, &Session::targetChanged, &Session::layoutChanged,
        &Session::comparisonChanged, &Session::inspectedChanged, &Session::whatIfChanged}) {
    connect(&session_, signal, this, &MainWindow::updateActions);
  }
  connect(&workbench_->history(), &History::changed, this, &MainWindow::updateActions);
  connect(&session_, &Session::photosChanged, this, &MainWindow::updateTitle);
  connect(&session_, &Session::photosChanged, this, &MainWindow::arrange);
  connect(&session_, &Session::secondModelChanged, this, &MainWindow::arrange);
  connect(&session_, &Session::comparisonChanged, this, [this] {
    arrange();
    if (session_.choices().comparison) compare_->first()->setFocus();
  });
}

void MainWindow::updateActions() {
  const History& history = workbench_->history();
  actions_->update(
      {session_, jobs_.busy(), analyst_.canAnalyseAgain(), history.canUndo(), history.canRedo()});
}

void MainWindow::setMapsHidden(bool hidden) {
  grid_->setMapsHidden(hidden);
  compare_->setMapsHidden(hidden);
}

void MainWindow::updateTitle() {
  const PhotoList& photos = session_.photos();
  setWindowTitle(photos.empty() ? QStringLiteral("FilterLens")
                                : tr("%1 – FilterLens").arg(fileName(photos.current())));
}

ImageView* MainWindow::currentView() const {
  return session_.choices().comparison ? compare_->first() : grid_->currentPane()->view();
}

QString MainWindow::startFolder() const {
  if (!session_.photos().empty()) return fromPath(session_.photos().current().parent_path());
  if (const ModelInfo* info = session_.modelInfo()) return fromPath(info->path.parent_path());
  return {};
}

void MainWindow::choosePhotos() {
  const auto names = QFileDialog::getOpenFileNames(
      this, tr("Open photos"), startFolder(),
      tr("Photos (*.jpg *.jpeg *.png *.webp *.tif *.tiff *.bmp *.ppm *.pgm *.pbm *.pnm);;"
         "All files (*)"));
  std::vector<std::filesystem::path> paths;
  for (const QString& name : names) paths.push_back(toPath(name));
  if (!paths.empty()) analyst_.openPhotos(paths);
}

void MainWindow::chooseFolder() {
  const auto name = QFileDialog::getExistingDirectory(this, tr("Open folder"), startFolder());
  if (!name.isEmpty()) analyst_.open({toPath(name)});
}

void MainWindow::chooseModel(ModelSlot slot) {
  const bool first = slot == ModelSlot::First;
  const ModelInfo* info = session_.modelInfo(session_.modelInfo(slot) ? slot : ModelSlot::First);
  const QString folder = info ? fromPath(info->path.parent_path()) : startFolder();
  const auto name =
      QFileDialog::getOpenFileName(this, first ? tr("Open model") : tr("Open second model"), folder,
                                   tr("Checkpoints (*.safetensors *.pth *.pt *.bin *.ckpt *.tar);;"
                                      "All files (*)"));
  if (name.isEmpty()) return;
  if (first) {
    analyst_.openModel(toPath(name));
  } else {
    analyst_.openSecondModel(toPath(name));
  }
}

void MainWindow::stepLayer(int by) {
  const auto stages = session_.stages();
  std::vector<std::string> layers;
  for (const NetworkStage& stage : stages) {
    if (stage.number > 0) layers.emplace_back(stage.stage->module);
  }
  const auto chosen = std::find(layers.begin(), layers.end(), session_.choices().layer);
  const auto next = (chosen - layers.begin()) + by;
  if (next >= 0 && next < std::ssize(layers)) {
    session_.chooseLayer(layers[static_cast<std::size_t>(next)]);
  }
}

void MainWindow::begin() {
  analyst_.begin();
  workbench_->begin();
  begun_ = true;
}

bool MainWindow::event(QEvent* event) {
  const bool handled = QMainWindow::event(event);
  if (event->type() == QEvent::Paint && !painted_) {
    painted_ = true;
    Q_EMIT painted();
  }
  if (event->type() == QEvent::WindowDeactivate) {
    setMapsHidden(false);
    compare_->setFlipped(false);
  }
  return handled;
}

/// Whether the focused widget has no use of its own for the space bar.
bool MainWindow::spaceIsFree() const {
  const QWidget* focus = QApplication::focusWidget();
  if (!isActiveWindow() || QApplication::activePopupWidget()) return false;
  return !qobject_cast<const QAbstractButton*>(focus) && !qobject_cast<const QComboBox*>(focus) &&
         !qobject_cast<const QLineEdit*>(focus);
}

// Its shortcut toggles as the key goes down. Held for long, it was a look: it is toggled back.
void MainWindow::followBefore(const QKeyEvent& key) {
  QAction* before = (*actions_)[ActionId::ShowBefore];
  if (key.isAutoRepeat() || key.key() != before->shortcut()[0].key()) return;
  const bool held =
      key.type() == QEvent::KeyRelease && beforeHeld_.isValid() && beforeHeld_.elapsed() >= kLookMs;
  beforeHeld_.invalidate();
  if (held) before->toggle();
}

/// Space: the bare photo in all panes. X: in a split view the second map alone.
bool MainWindow::holdKey(int key, bool pressed) {
  if (key == Qt::Key_Space) {
    setMapsHidden(pressed);
  } else if (key == Qt::Key_X && session_.choices().comparison) {
    compare_->setFlipped(pressed);
  } else {
    return false;
  }
  return true;
}

// Wherever the keyboard's focus is.
bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
  const bool press = event->type() == QEvent::KeyPress;
  if (event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyRelease) {
    followBefore(*static_cast<QKeyEvent*>(event));
  }
  if (press || event->type() == QEvent::KeyRelease) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->modifiers() == Qt::NoModifier && spaceIsFree()) {
      if (key->isAutoRepeat() && (key->key() == Qt::Key_Space || key->key() == Qt::Key_X)) {
        return true;
      }
      if (holdKey(key->key(), press)) return true;
    }
  }
  return QMainWindow::eventFilter(watched, event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (filesIn(event->mimeData()).empty()) return;
  event->acceptProposedAction();
  dropHint_->raise();
  dropHint_->show();
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*) { dropHint_->hide(); }

void MainWindow::dropEvent(QDropEvent* event) {
  dropHint_->hide();
  open(filesIn(event->mimeData()));
  event->acceptProposedAction();
}

void MainWindow::resizeEvent(QResizeEvent* event) {
  QMainWindow::resizeEvent(event);
  dropHint_->setGeometry(rect());
}

int runWindow(QApplication& application, const WindowArguments& arguments) {
  QApplication::setApplicationDisplayName(QStringLiteral("FilterLens"));
  MainWindow window(arguments);
  QObject::connect(&window, &MainWindow::failed, [](const QString& sentence) {
    std::cerr << "filterlens: " << sentence.toLocal8Bit().constData() << std::endl;
  });
  window.show();
  return application.exec();
}

}  // namespace filterlens
