// Text that must not be seen: an API key, a gateway's secret, a token. It has no operator<<, no
// conversion to string and no formatter, so a leak has to be written on purpose with reveal().
// The bytes are wiped when the value goes.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace tillbridge::domain {

class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}
    Secret(const Secret&) = default;
    // A short text moves by copy: what stays behind is wiped too, as is what an assignment
    // replaces.
    Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
    Secret& operator=(const Secret& other) { return *this = Secret(other); }
    Secret& operator=(Secret&& other) noexcept {
        if (this == &other) return *this;
        wipe();
        text_ = std::move(other.text_);
        other.wipe();
        return *this;
    }
    ~Secret() { wipe(); }

    const std::string& reveal() const { return text_; }
    bool empty() const { return text_.empty(); }

    // What may be shown to tell two secrets apart: `••••1a2b`, or `••••` where it is short.
    std::string hint() const {
        const std::string dots = "\u2022\u2022\u2022\u2022";
        return text_.size() < 12 ? dots : dots + text_.substr(text_.size() - 4);
    }

  private:
    void wipe() noexcept {
        text_.resize(text_.capacity());
        volatile char* at = text_.data();
        for (std::size_t i = 0; i < text_.size(); ++i) at[i] = 0;
        text_.clear();
    }

    std::string text_;
};

}  // namespace tillbridge::domain
