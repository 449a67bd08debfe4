#include "node/orders.h"

namespace comity::node {

std::string bar_to_order(const Seat& issuer, const Seat& custodian) {
  if (!member::is_authority(issuer.role))
    return "a " + std::string(member::role_name(issuer.role)) +
           " is not competent to order: contact points, central authorities, prosecutors, courts "
           "and police are";
  if (issuer.jurisdiction != custodian.jurisdiction)
    return "an order binds at home, and " + custodian.jurisdiction + " is not " +
           issuer.jurisdiction + ": ask that State's authority (comity request new)";
  if (!member::is_custodian(custodian.role))
    return "an order is given to a provider or a registrar, and this member is a " +
           std::string(member::role_name(custodian.role));
  return {};
}

}  // namespace comity::node
