// All folders of a user as a device shows them: mail folders, then those of calendars, tasks and other items.
#pragma once
#include "session/session.h"
#include "sync/folder-state.h"
#include <vector>

namespace eas {

/// `known`: what the device was told. Folders of items that cannot be looked at now stay as they are there:
/// a calendar that is out of reach does no harm to mail, and is not deleted from the phone.
Result<std::vector<WireFolder>> list_hierarchy(Session &session, std::vector<WireFolder> const &known);

/// Those of items alone.
std::vector<WireFolder> list_item_folders(Session &session, std::vector<WireFolder> const &known);

/// Makes the default folders of items that the user lacks. What fails is noted for the log.
void make_default_folders(Session &session);

/// Adds what is to be watched for changes of a collection.
void watch_collection(Session &session, std::string const &collection_id, Wait &wait);

/// Adds what is to be watched for folders that come or go.
void watch_hierarchy(Session &session, Wait &wait);

} // namespace eas
