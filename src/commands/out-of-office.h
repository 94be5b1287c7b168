// Settings:Oof, automatic replies. MS-ASCMD 2.2.3.122.
#pragma once
#include "commands/command.h"

namespace eas {

/// Answers the property: its Status, and for a Get what is in force.
void answer_out_of_office(Session &session, Element const &property, Encoder &encoder);

} // namespace eas
