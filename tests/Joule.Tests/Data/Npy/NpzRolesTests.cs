using Joule.Data;
using Xunit;

namespace Joule.Tests.Data;

public sealed class NpzRolesTests
{
    [Theory]
    [InlineData("x_train,y_train,x_test,y_test", "x_train x_test -")]
    [InlineData("X_train,X_test", "X_train X_test -")]
    [InlineData("train_x,test_x", "train_x test_x -")]
    [InlineData("train,test", "train test -")]
    [InlineData("train_images,val_images,test_images,train_labels,val_labels,test_labels", "train_images test_images val_images")]
    [InlineData("x_train,x_val,x_test", "x_train x_test x_val")]
    [InlineData("training,validation", "training - validation")]
    [InlineData("x_train,x_test,train,test", "x_train x_test -")] // the others are reported as ignored
    [InlineData("train_images,test", "")]
    [InlineData("images,labels", "")]
    [InlineData("train,train_labels", "")]
    [InlineData("y_train,y_test", "")]
    [InlineData("x_train_small,x_test_small", "")]
    public void Sets_are_found_by_their_names(string names, string expected)
    {
        NpzRoles? roles = NpzRoles.Find(names.Split(','), names => throw new InvalidOperationException(string.Join(' ', names)));
        Assert.Equal(expected, roles is null ? "" : $"{roles.Train} {roles.Test ?? "-"} {roles.Validation ?? "-"}");
    }

    [Theory]
    [InlineData("x_train,x_test,train_images", "x_train train_images")]
    [InlineData("x_train,X_TRAIN,x_test", "x_train X_TRAIN")]
    public void Several_training_sets_are_refused_with_their_names(string names, string expected) =>
        Refused.With(() => NpzRoles.Find(names.Split(','), several => new InvalidInputException(string.Join(' ', several))), expected);
}
