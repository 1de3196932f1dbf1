#include "ui/measure_panel.h"

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>
#include <array>

#include "ui/clipboard.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

struct Column {
  const char* measure;
  const char* words;
  bool needsBoxes = false;
};
#define WORDS(words) QT_TRANSLATE_NOOP("MeasurePanel", words)
constexpr QSize kFirstSize(720, 260);

constexpr std::array kColumns{
    Column{"deletion", WORDS("Deletion")},
    Column{"insertion", WORDS("Insertion")},
    Column{"road", WORDS("ROAD")},
    Column{"average_drop", WORDS("Average drop")},
    Column{"fidelity", WORDS("Correlation")},
    Column{"gini", WORDS("Gini")},
    Column{"pointing", WORDS("Pointing"), true},
    Column{"energy", WORDS("Energy"), true},
    Column{"energy_above_floor", WORDS("Above floor"), true},
    Column{"overlap", WORDS("IoU"), true},
};
#undef WORDS

QString columnTitle(const Column& column) {
  QString words = MeasurePanel::tr(column.words);
  switch (findMeasure(column.measure)->better) {
    case Better::High:
      return words + QStringLiteral(" ↑");
    case Better::Low:
      return words + QStringLiteral(" ↓");
    case Better::Neither:
      return words;
  }
  return words;
}

/// The CSV file that is dragged; empty where it is something else.
std::filesystem::path listIn(const QMimeData* data) {
  const auto files = filesIn(data);
  const bool list = files.size() == 1 &&
                    fromPath(files.front()).endsWith(QLatin1String(".csv"), Qt::CaseInsensitive);
  return list ? files.front() : std::filesystem::path();
}

}  // namespace

MeasurePanel::MeasurePanel(Session& session, JobRunner& jobs, QWidget* window)
    : QWidget(window, Qt::Window),
      session_(session),
      jobs_(jobs),
      heading_(new QLabel(this)),
      table_(new QTableWidget(this)),
      state_(new QLabel(this)),
      boxesNote_(new QLabel(this)),
      button_(new QPushButton(this)),
      boxesButton_(new QPushButton(tr("Open &boxes…"), this)) {
  setWindowTitle(tr("Measures of a map"));
  resize(kFirstSize);
  QFont bold = heading_->font();
  bold.setBold(true);
  heading_->setFont(bold);
  heading_->setWordWrap(true);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setSelectionMode(QAbstractItemView::ContiguousSelection);
  table_->setFocusPolicy(Qt::StrongFocus);
  table_->setWordWrap(false);
  table_->setAccessibleName(windowTitle());
  table_->verticalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  table_->setWhatsThis(
      tr("What a map does not beat, it does not show. ↑: high is good, ↓: low is good. Point at a "
         "column's head to read what it says."));
  state_->setWordWrap(true);
  boxesNote_->setWordWrap(true);
  boxesNote_->hide();
  boxesButton_->setToolTip(
      tr("A CSV file of where objects are: file,class,xmin,ymin,xmax,ymax,width,height in pixels "
         "of the photo. Then the map is measured by it as well. A file boxes.csv beside the photo "
         "is found by itself; another one can be dropped here."));
  setAcceptDrops(true);
  auto* verdict = new QLabel(
      tr("One photo is no verdict: values scatter from photo to photo. To judge a method, measure "
         "a "
         "folder of photos with “filterlens measure”; it gives means with their intervals."),
      this);
  verdict->setWordWrap(true);
  verdict->setFont(theme::captionFont());
  auto* row = new QHBoxLayout;
  row->addWidget(state_, 1);
  row->addWidget(boxesButton_);
  row->addWidget(button_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(4 * theme::kStep, 4 * theme::kStep, 4 * theme::kStep,
                             4 * theme::kStep);
  column->setSpacing(3 * theme::kStep);
  column->addWidget(heading_);
  column->addWidget(table_, 1);
  column->addWidget(boxesNote_);
  column->addLayout(row);
  column->addWidget(verdict);
  connect(button_, &QPushButton::clicked, this, &MeasurePanel::pressButton);
  connect(boxesButton_, &QPushButton::clicked, this, &MeasurePanel::chooseBoxes);
  connect(&jobs_, &JobRunner::cancelled, this, [this] {
    if (running_) end(tr("Cancelled."));
  });
  connect(&jobs_, &JobRunner::failed, this, [this](const QString& sentence) {
    if (running_ && !jobs_.busyWith(JobKind::Measure)) end(sentence);
  });
  connect(&jobs_, &JobRunner::progressed, this, [this](double, const QString& text) {
    if (running_) state_->setText(text);
  });
  for (const auto signal : {&Session::photoChanged, &Session::modelChanged}) {
    connect(&session_, signal, this, &MeasurePanel::outdate);
  }
}

QString MeasurePanel::nameOf(const Heatmap& map) const {
  if (map.method == "random") return tr("Random map");
  if (map.method == "centre") return tr("Map of the middle");
  const auto* method = findExplainer(map.method);
  const Architecture* network = session_.network(slot_);
  return tr("%1 · %2").arg(fromUtf8(method ? method->label : map.method),
                           network ? blockLabel(*network, map.layer) : fromUtf8(map.layer));
}

void MeasurePanel::measure(const std::shared_ptr<const Heatmap>& map, ModelSlot slot) {
  map_ = map;
  slot_ = slot;
  start();
  show();
  raise();
}

void MeasurePanel::openBoxes(const std::filesystem::path& list) {
  boxes_ = list;
  start();
}

void MeasurePanel::chooseBoxes() {
  const auto& photo = session_.photo();
  const auto& beside = boxes_.empty() && photo ? photo->path : boxes_;
  const auto name =
      QFileDialog::getOpenFileName(this, tr("Open boxes"), fromPath(beside.parent_path()),
                                   tr("Lists of boxes (*.csv);;All files (*)"));
  if (!name.isEmpty()) openBoxes(toPath(name));
}

void MeasurePanel::dragEnterEvent(QDragEnterEvent* event) {
  if (!listIn(event->mimeData()).empty()) event->acceptProposedAction();
}

void MeasurePanel::dropEvent(QDropEvent* event) {
  event->acceptProposedAction();
  openBoxes(listIn(event->mimeData()));
}

void MeasurePanel::start() {
  jobs_.cancel(JobKind::Measure);
  job_.reset();
  boxesNote_->hide();
  table_->setRowCount(0);
  table_->setColumnCount(0);
  const auto& photo = session_.photo();
  const auto& analysis = session_.analysis(slot_);
  if (!map_ || !photo || !analysis) {
    heading_->setText(tr("No map to measure"));
    return end(tr("Choose a pane that shows a map, and ask again."));
  }
  heading_->setText(tr("%1 · %2 · %3")
                        .arg(nameOf(*map_), session_.className(session_.target(slot_), slot_),
                             fileName(photo->path)));
  if (map_->scale == HeatmapScale::Ranks) {
    return end(
        tr("This pane shows which cells are selected, not a value for each cell. Choose a "
           "pane with the filter mask or another map, and ask again."));
  }
  running_ = true;
  button_->setText(tr("Cancel"));
  button_->setEnabled(true);
  jobs_.start(
      JobKind::Measure, tr("Measuring…"),
      [model = session_.model(slot_), analysis, photo, map = map_, target = session_.target(slot_),
       boxes = boxes_](const Progress& progress) {
        return prepareMeasures(model, *analysis, *photo, map, target, boxes, progress);
      },
      [this](const auto& job) {
        if (!job) return end(QString::fromStdString(job.error().sentence));
        job_ = *job;
        showRows();
        measureRow(0);
      });
}

// One map a job, so that what the user asks for meanwhile need not wait for all of them.
void MeasurePanel::measureRow(std::size_t index) {
  if (index == job_->maps.size()) return end(tr("Measured."));
  jobs_.start(
      JobKind::Measure, tr("Measuring %1:").arg(nameOf(*job_->maps[index])),
      [job = job_, index](const Progress& progress) { return measureMap(*job, index, progress); },
      [this, index](const auto& values) {
        if (!values) return end(QString::fromStdString(values.error().sentence));
        showValues(index, *values);
        measureRow(index + 1);
      });
}

void MeasurePanel::showRows() {
  boxesNote_->setText(QString::fromStdString(job_->note));
  boxesNote_->setVisible(!job_->note.empty());
  std::vector<const Column*> columns;
  for (const Column& column : kColumns) {
    if (!column.needsBoxes || job_->boxes) columns.push_back(&column);
  }
  table_->setColumnCount(static_cast<int>(columns.size()));
  table_->setRowCount(static_cast<int>(job_->maps.size()));
  for (int i = 0; i < table_->columnCount(); ++i) {
    const Column& column = *columns[static_cast<std::size_t>(i)];
    auto* head = new QTableWidgetItem(columnTitle(column));
    head->setToolTip(fromUtf8(findMeasure(column.measure)->help));
    head->setData(Qt::UserRole, QString::fromLatin1(column.measure));
    table_->setHorizontalHeaderItem(i, head);
  }
  for (int i = 0; i < table_->rowCount(); ++i) {
    auto* name = new QTableWidgetItem(nameOf(*job_->maps[static_cast<std::size_t>(i)]));
    QFont font = name->font();
    font.setBold(i == 0);
    name->setFont(font);
    table_->setVerticalHeaderItem(i, name);
  }
  table_->resizeColumnsToContents();
  QFont bold = table_->font();
  bold.setBold(true);
  const int narrowest =
      QFontMetrics(bold).horizontalAdvance(QStringLiteral("-0.000")) + 4 * theme::kStep;
  for (int i = 0; i < table_->columnCount(); ++i) {
    table_->setColumnWidth(i, std::max(table_->columnWidth(i), narrowest));
  }
  const int wide = std::max(width(), table_->verticalHeader()->sizeHint().width() +
                                         table_->horizontalHeader()->length() + 12 * theme::kStep);
  table_->setMinimumHeight(table_->horizontalHeader()->sizeHint().height() +
                           table_->verticalHeader()->length() + 2 * theme::kStep);
  resize(wide, layout()->totalMinimumHeightForWidth(wide));
}

void MeasurePanel::showValues(std::size_t row, const std::vector<Measurement>& values) {
  for (int i = 0; i < table_->columnCount(); ++i) {
    const auto measure = table_->horizontalHeaderItem(i)->data(Qt::UserRole).toString();
    for (const auto& value : values) {
      if (fromUtf8(value.measure) != measure) continue;
      auto* item = new QTableWidgetItem(QString::number(value.value, 'f', 3));
      item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
      QFont font = item->font();
      font.setBold(row == 0);
      item->setFont(font);
      table_->setItem(static_cast<int>(row), i, item);
    }
  }
}

void MeasurePanel::end(const QString& sentence) {
  running_ = false;
  state_->setText(sentence);
  button_->setText(tr("Measure again"));
  button_->setEnabled(map_ && session_.analysis(slot_));
}

void MeasurePanel::outdate() {
  if (running_) jobs_.cancel(JobKind::Measure);
  map_.reset();
  if (isVisible() || running_) {
    end(tr("Photo or model have changed; this is of those before. Choose a pane and ask again."));
  }
}

void MeasurePanel::pressButton() {
  if (!running_) return start();
  jobs_.cancel(JobKind::Measure);
  end(tr("Cancelled."));
}

}  // namespace filterlens
