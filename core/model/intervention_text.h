// Interventions as the command line, session files and records write them:
// "leaky_att_network.1:k=64,in=12-14+40,random=7,attention=off".
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/model/intervention.h"
#include "core/result.h"

namespace filterlens {

/// One setting of an intervention.
struct InterventionSetting {
  std::string_view key;   ///< "k"
  std::string_view form;  ///< "k=N": for people
  std::string_view help;  ///< what it does, no full stop
};

/// All settings, in the order in which they are written.
std::span<const InterventionSetting> interventionSettings();

/// "k=64,attention=off"; empty where nothing is changed. Cells: "12-14+40", ascending.
std::string settingsText(const Intervention&);
/// Adds what settingsText wrote. Fails with a sentence that says what is wrong in the text.
Result<void> addSettings(std::string_view settings, Intervention&);
/// Adds "LAYER:SETTINGS"; several of one layer add up.
Result<void> addIntervention(std::string_view layerAndSettings, Interventions&);

}  // namespace filterlens
