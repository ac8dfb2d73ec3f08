#pragma once

#include <string>
#include <vector>

namespace modelwatch::assess {

/// Whether deployments that load only these patterns (`allow_patterns`) can touch safetensors, GGUF and plain
/// text alone, whatever files a repo holds. No pattern at all means everything, so false.
[[nodiscard]] bool keep_to_safe_files(std::vector<std::string> const& patterns);

} // namespace modelwatch::assess
