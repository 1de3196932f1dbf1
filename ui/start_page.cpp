#include "ui/start_page.h"

#include <QHBoxLayout>
#include <QIcon>
#include <QLocale>
#include <QVBoxLayout>

#include "ui/text.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

constexpr int kWidth = 560;
constexpr int kIcon = 48;

QLabel* wrapped(const QString& text, QWidget* parent) {
  auto* label = new QLabel(text, parent);
  label->setWordWrap(true);
  return label;
}

QFont enlarged(const QFont& from, double factor, bool bold) {
  QFont font = from;
  font.setPointSizeF(font.pointSizeF() * factor);
  font.setBold(bold);
  return font;
}

}  // namespace

StartPage::StartPage(Session& session, QWidget* parent)
    : QWidget(parent),
      session_(session),
      modelText_(wrapped({}, this)),
      photos_(new QPushButton(tr("Open photos…"), this)),
      model_(new QPushButton(tr("Open model…"), this)) {
  auto* title = wrapped(tr("See what a FilterViT looks at"), this);
  title->setFont(enlarged(font(), 1.9, true));
  auto* icon = new QLabel(this);
  icon->setPixmap(QIcon(QStringLiteral(":/icons/filterlens.png"))
                      .pixmap(QSize(kIcon, kIcon), devicePixelRatioF()));
  auto* head = new QHBoxLayout;
  head->setSpacing(4 * theme::kStep);
  head->addWidget(icon);
  head->addWidget(title, 1);
  auto* intro =
      wrapped(tr("FilterLens runs the network on a photo and lays over it which cells each "
                 "filter block keeps, which tokens it selects, and what speaks for a "
                 "class, side by side and in their real places."),
              this);
  auto* drop =
      wrapped(tr("Or drop photos and a checkpoint together anywhere on this window."), this);
  drop->setForegroundRole(QPalette::WindowText);

  auto* card = new QWidget(this);
  card->setFixedWidth(kWidth);
  auto* column = new QVBoxLayout(card);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(6 * theme::kStep);
  column->addLayout(head);
  column->addWidget(intro);
  column->addWidget(makeStep(1, tr("A model"), modelText_, model_));
  column->addWidget(makeStep(2, tr("Photos"),
                             wrapped(tr("JPEG, PNG, WebP, TIFF, BMP or PNM. One photo brings the "
                                        "others of its folder along."),
                                     this),
                             photos_));
  column->addWidget(drop);

  auto* centred = new QHBoxLayout;
  centred->addStretch();
  centred->addWidget(card);
  centred->addStretch();
  auto* page = new QVBoxLayout(this);
  page->addStretch(2);
  page->addLayout(centred);
  page->addStretch(3);
  connect(&session_, &Session::modelChanged, this, &StartPage::showModel);
  showModel();
}

QWidget* StartPage::makeStep(int number, const QString& title, QLabel* text, QPushButton* button) {
  auto* step = new QWidget(this);
  auto* digit = new QLabel(QLocale().toString(number), step);
  digit->setFont(enlarged(font(), 1.9, false));
  digit->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  digit->setFixedWidth(8 * theme::kStep);
  auto* heading = new QLabel(title, step);
  heading->setFont(enlarged(font(), 1.2, true));
  auto* words = new QVBoxLayout;
  words->setSpacing(theme::kStep);
  words->addWidget(heading);
  words->addWidget(text);
  button->setMinimumWidth(36 * theme::kStep);
  auto* row = new QHBoxLayout(step);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(4 * theme::kStep);
  row->addWidget(digit, 0, Qt::AlignTop);
  row->addLayout(words, 1);
  row->addWidget(button, 0, Qt::AlignVCenter);
  return step;
}

void StartPage::showModel() {
  const ModelInfo* info = session_.modelInfo();
  modelText_->setText(
      info ? tr("%1 is open: %2.").arg(fileName(info->path), fromUtf8(info->architecture->title))
           : tr("A checkpoint of one of the five networks of the FilterViT paper: .safetensors, or "
                ".pth as PyTorch saves it."));
}

}  // namespace filterlens
