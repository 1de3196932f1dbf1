#include "ui/accessible_view.h"

#include <QAccessibleWidget>

#include "ui/image_view.h"

namespace filterlens {
namespace {

class AccessibleView : public QAccessibleWidget {
 public:
  explicit AccessibleView(ImageView* view) : QAccessibleWidget(view, QAccessible::Graphic) {}

  [[nodiscard]] QString text(QAccessible::Text kind) const override {
    if (kind == QAccessible::Value) return static_cast<ImageView*>(widget())->readout();
    return QAccessibleWidget::text(kind);
  }
};

QAccessibleInterface* create(const QString&, QObject* object) {
  auto* view = qobject_cast<ImageView*>(object);
  return view ? new AccessibleView(view) : nullptr;
}

}  // namespace

void installAccessibleViews() {
  static const bool installed = [] {
    QAccessible::installFactory(create);
    return true;
  }();
  Q_UNUSED(installed);
}

}  // namespace filterlens
