#include "module/port/host.hpp"

namespace tillbridge::port {

HostReply<Imported> Host::import_paid(const domain::Connection&, const domain::Invoice&,
                                      const domain::InvoiceUuid&) {
    HostReply<Imported> reply;
    reply.answer.result = HostResult::ok;
    return reply;
}

}  // namespace tillbridge::port
