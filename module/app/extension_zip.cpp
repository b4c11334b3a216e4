#include "module/app/extension_zip.hpp"

#include <Poco/Zip/Compress.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "handlers/extension/files.hpp"
#include "handlers/web/serve.hpp"

namespace tillbridge::app {
namespace {

constexpr const char* kScriptName = "extension.js";
constexpr const char* kStyleName = "extension.css";

std::string manifest_json(const manifest::Manifest& manifest, bool with_style) {
    nlohmann::ordered_json described{
        {"code", manifest.code},     {"version", archive_version(TILLBRIDGE_VERSION)},
        {"runner", "worker"},        {"targets", manifest.extension_targets},
        {"entrypoint", kScriptName}, {"scripts", {kScriptName}}};
    if (with_style) described["stylesheet"] = kStyleName;
    return described.dump(2) + "\n";
}

}  // namespace

std::string archive_version(const std::string& version) {
    std::istringstream parts(version);
    std::int64_t number = 0;
    for (std::string part; std::getline(parts, part, '.');)
        number = number * 1000 + std::stoll(part);
    return std::to_string(number);
}

void write_extension_zip(const manifest::Manifest& manifest, const std::filesystem::path& file) {
    namespace web = handlers::web;
    const auto* script = web::find_asset(handlers::extension::kScript);
    const auto* style = web::find_asset(handlers::extension::kStyle);
    if (script == nullptr)
        throw std::runtime_error("this program was built without the browser assets");
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    if (!out) throw std::runtime_error("can't write " + file.string());
    const Poco::DateTime day(2026, 1, 1);  // fixed, or no two archives were the same
    Poco::Zip::Compress zip(out, true);
    const auto add = [&](const std::string& name, const std::string& content) {
        std::istringstream in(content);
        zip.addFile(in, day, Poco::Path(name), Poco::Zip::ZipCommon::CM_DEFLATE,
                    Poco::Zip::ZipCommon::CL_MAXIMUM);
    };
    add("manifest.json", manifest_json(manifest, style != nullptr));
    const handlers::Request plain;  // that takes no packed form
    add(kScriptName, web::serve(*script, plain, web::kAskAgain).body);
    if (style != nullptr) add(kStyleName, web::serve(*style, plain, web::kAskAgain).body);
    zip.close();
    out.flush();
    if (!out) throw std::runtime_error("can't write " + file.string());
}

}  // namespace tillbridge::app
