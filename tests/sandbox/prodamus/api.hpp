// What a merchant's program asks of a payment page: links (prodamus.md §2) and the three REST
// methods for subscriptions (§6).
#pragma once

#include "tests/sandbox/prodamus/club.hpp"

namespace tillbridge::sandbox {

class ProdamusApi {
  public:
    ProdamusApi(Prodamus& prodamus, ProdamusClub& club) : prodamus_(prodamus), club_(club) {}

    HttpResponse link(const std::string& host, const HttpRequest& request);
    HttpResponse rest(const std::string& host, const std::string& method,
                      const HttpRequest& request);
    HttpResponse unknown(const std::string& host) const;

    // Query and body together; nothing for a body of a type that is not taken (E2).
    static std::optional<Tree> parameters(const HttpRequest& request);

  private:
    HttpResponse made(const std::string& host, const Tree& parameters, const HttpRequest& request);
    HttpResponse refused(const std::string& host, const Tree& parameters, const std::string& text,
                         const HttpRequest& request);
    std::string carry_out(ProdamusPage& page, const std::string& method, const Tree& parameters);
    std::string set_activity(ProdamusProfile& profile, const Tree& parameters);
    std::string set_discount(ProdamusProfile& profile, const Tree& parameters);
    std::string set_date(ProdamusProfile& profile, const Tree& parameters);
    // The buyer's subscriptions that the request names, or why there are none.
    std::string find(const ProdamusPage& page, const Tree& parameters, const std::string& identity,
                     std::vector<ProdamusProfile*>& found);

    Prodamus& prodamus_;
    ProdamusClub& club_;
};

}  // namespace tillbridge::sandbox
