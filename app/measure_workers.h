// The jobs of filterlens measure --jobs: processes that each measure a shard.
//
// Processes, not threads: a model is run by one thread at a time, and OpenMP gives every thread
// that runs one a team of its own, each as large as the machine.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/measure_command.h"

namespace filterlens {

/// The words of the command line that these options came from, without the program's name.
std::vector<std::string> wordsOf(const MeasureOptions&);

/// The part that the job-th of the jobs of a shard measures; job counts from 1.
Shard workerShard(const Shard& whole, int jobs, int job);

/// Runs options.jobs processes of this program, which share the photos and write their logs into
/// options.out, and waits for them. said: what they say on stderr, line by line, from one thread
/// at a time. A stop is passed on. What a process could not do is left for whoever comes after.
void runWorkers(const MeasureOptions&, const std::function<void(const std::string&)>& said,
                const std::stop_token&);

}  // namespace filterlens
