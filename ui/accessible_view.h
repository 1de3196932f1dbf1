// What a screen reader learns about a canvas: its name, and the value under the cursor.
#pragma once

namespace filterlens {

/// Teaches Qt's accessibility about ImageView. Calling it again does nothing.
void installAccessibleViews();

}  // namespace filterlens
