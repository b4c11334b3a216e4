// The CRM's calls: payment actions, activity, settings. An unguessable `clientId` is the whole
// credential (protocol sheet of the CRM, §2); who does not have one learns nothing.
#pragma once

#include <string>
#include <vector>

#include "handlers/crm/answers.hpp"
#include "handlers/form.hpp"
#include "handlers/router.hpp"
#include "handlers/services.hpp"

namespace tillbridge::handlers::crm {

class Actions {
  public:
    // Without `known_zone` every well-formed timezone is taken.
    Actions(Services services, LocalTime local_time, KnownZone known_zone = {})
        : services_(services),
          local_time_(std::move(local_time)),
          known_zone_(std::move(known_zone)) {}

    Answer create(Request& request) const;
    Answer approve(Request& request) const;
    Answer cancel(Request& request) const;
    Answer refund(Request& request) const;
    Answer status(Request& request) const;
    Answer activity(Request& request) const;
    Answer settings(Request& request) const;

  private:
    // Reads the form and finds the account; its language is that of every later error.
    template <class Act>
    Answer act(Request& request, const domain::Result<Form>& form, Act act) const;
    Answer error(const domain::Error& error, const std::string& language) const;

    Services services_;
    LocalTime local_time_;
    KnownZone known_zone_;
};

// Borrows `actions`.
std::vector<Route> routes(const Actions& actions);

}  // namespace tillbridge::handlers::crm
