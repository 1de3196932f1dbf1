// filterlens merge DIR…: the tables and the report of what filterlens measure --shard measured.
#pragma once

#include <filesystem>
#include <vector>

namespace filterlens {

struct MergeOptions {
  std::vector<std::filesystem::path> folders;
  std::filesystem::path out;  ///< empty: the first folder
  bool json = false;
};

/// Needs no model and no photos. Returns the exit code.
int runMerge(const MergeOptions&);

}  // namespace filterlens
